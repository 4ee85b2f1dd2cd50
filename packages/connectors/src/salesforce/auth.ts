import { doNotRetry, WeftError, type AuthDefinition, type ConnectionValues } from '@weft/connector-kit';
import { signedAssertion } from './private-key.ts';

export const apiVersion = {
  name: 'apiVersion',
  label: 'API version',
  kind: 'text',
  required: false,
  initial: '66.0',
  placeholder: '66.0',
  help: 'Used when the org knows it, else the newest the org has.',
} as const;

/** All need an External Client App: new connected apps cannot be created since Spring '26 (help.salesforce.com). */
export const salesforceAuth: readonly AuthDefinition[] = [
  {
    id: 'clientCredentials',
    title: 'Client credentials (a server, no person)',
    fields: [
      {
        name: 'loginUrl',
        label: 'My Domain',
        kind: 'text',
        required: true,
        placeholder: 'https://acme.my.salesforce.com',
        help: 'Setup › My Domain. login.salesforce.com does not work with client credentials.',
      },
      {
        name: 'clientId',
        label: 'Consumer key',
        kind: 'text',
        required: true,
        help: 'Of an External Client App with the client credentials flow enabled and a Run As user chosen.',
      },
      { name: 'clientSecret', label: 'Consumer secret', kind: 'secret', required: true },
      apiVersion,
    ],
  },
  {
    id: 'refreshToken',
    title: 'Refresh token (a person has signed in elsewhere)',
    fields: [
      { name: 'instanceUrl', label: 'Instance address', kind: 'text', required: true, placeholder: 'https://acme.my.salesforce.com' },
      { name: 'refreshToken', label: 'Refresh token', kind: 'secret', required: true },
      { name: 'clientId', label: 'Consumer key', kind: 'text', required: true },
      { name: 'clientSecret', label: 'Consumer secret', kind: 'secret', required: false },
      apiVersion,
    ],
  },
  {
    id: 'jwtBearer',
    title: 'JWT bearer (a server with a certificate)',
    fields: [
      {
        name: 'loginUrl',
        label: 'My Domain',
        kind: 'text',
        required: true,
        placeholder: 'https://acme.my.salesforce.com',
        help: 'Setup › My Domain.',
      },
      {
        name: 'clientId',
        label: 'Consumer key',
        kind: 'text',
        required: true,
        help: 'Of an External Client App that holds the certificate.',
      },
      { name: 'username', label: 'Username', kind: 'text', required: true, help: 'The user it acts as, approved in the app’s policies.' },
      { name: 'privateKey', label: 'Private key (PEM)', kind: 'secret', required: true, placeholder: '-----BEGIN PRIVATE KEY-----' },
      {
        name: 'audience',
        label: 'Audience',
        kind: 'text',
        required: false,
        placeholder: 'https://login.salesforce.com',
        help: 'Nothing means login.salesforce.com, and test.salesforce.com for a sandbox.',
      },
      apiVersion,
    ],
  },
];

/** The address tokens are asked at, and the grant to ask with. */
export interface SalesforceLogin {
  readonly origin: string;
  readonly originField: 'loginUrl' | 'instanceUrl' | 'signInUrl';
  /** The form to send now; an assertion ages. */
  grant(nowMs: number): Readonly<Record<string, string>>;
}

/** Reads the form, whichever way of signing in it belongs to. Throws `invalid` naming what is missing. */
export function loginOf(values: ConnectionValues): SalesforceLogin {
  const { clientId = '', clientSecret = '', refreshToken = '', privateKey = '', username = '' } = values;
  if (clientId === '') throw doNotRetry('The consumer key is missing.', { code: 'clientId_missing', detail: { field: 'clientId' } });
  const originField = originFieldOf(values);
  const origin = orgOrigin(values[originField] ?? '');
  const client = { client_id: clientId, ...(clientSecret === '' ? {} : { client_secret: clientSecret }) };
  if (privateKey !== '' && refreshToken === '') {
    if (username === '') throw doNotRetry('The username is missing.', { code: 'username_missing', detail: { field: 'username' } });
    const audience = values['audience']?.trim() || audienceOf(origin);
    return {
      origin,
      originField,
      grant: (nowMs) => ({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: signedAssertion({ consumerKey: clientId, username, audience, privateKey, nowMs }),
      }),
    };
  }
  if (refreshToken !== '')
    return { origin, originField, grant: () => ({ grant_type: 'refresh_token', refresh_token: refreshToken, ...client }) };
  if (originField === 'signInUrl')
    throw new WeftError({
      class: 'auth',
      code: 'not_signed_in',
      message: 'Nobody has signed in with this connection yet. Sign in to connect the account.',
    });
  return { origin, originField, grant: () => ({ grant_type: 'client_credentials', ...client }) };
}

/** A refresh token is good at its instance; before the first sign-in only the page to sign in at is known. */
function originFieldOf(values: ConnectionValues): SalesforceLogin['originField'] {
  if (values['refreshToken'] && values['instanceUrl']) return 'instanceUrl';
  if (values['signInUrl']) return 'signInUrl';
  return values['refreshToken'] ? 'instanceUrl' : 'loginUrl';
}

/** Assertions are meant for the login host; a server that is none of Salesforce's takes its own address. */
function audienceOf(origin: string): string {
  if (!origin.endsWith('.salesforce.com')) return origin;
  return /(\.sandbox\.my|\/\/test)\.salesforce\.com$/.test(origin) ? 'https://test.salesforce.com' : 'https://login.salesforce.com';
}

/**
 * The origin of an org as the API needs it. The addresses people copy from their browser end in `.lightning.force.com` or
 * `.my.salesforce-setup.com`, where there is no API: the org's My Domain has the same name.
 */
export function orgOrigin(given: string): string {
  const trimmed = given.trim();
  const url = URL.parse(/^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
  if (trimmed === '' || url === null)
    throw doNotRetry(`"${trimmed}" is not the address of a Salesforce org. It looks like https://acme.my.salesforce.com.`, {
      code: 'address_malformed',
    });
  const host = url.host
    .replace(/\.lightning\.force\.com$/, '.my.salesforce.com')
    .replace(/\.my\.salesforce-setup\.com$/, '.my.salesforce.com');
  if (/\.(force|site|salesforce-sites|salesforce-experience|visualforce)\.com$/.test(host))
    throw doNotRetry(`${host} is a page of Salesforce, without an API. Use the org’s My Domain, such as https://acme.my.salesforce.com.`, {
      code: 'address_malformed',
    });
  // A token must not go over the wire in clear; servers of one's own network may be without a certificate.
  return host.endsWith('.salesforce.com') ? `https://${host}` : url.origin;
}

/** Where a connection may send its token: its own org, and Salesforce's hosts when the org is one of them. */
export function salesforceOrigins(values: ConnectionValues): readonly string[] {
  const origin = orgOrigin(values[originFieldOf(values)] ?? '');
  const isSalesforce = /^https:\/\/[^/]+\.salesforce\.com$/.test(origin);
  return isSalesforce ? [origin, 'https://*.my.salesforce.com', 'https://*.salesforce.com'] : [origin];
}
