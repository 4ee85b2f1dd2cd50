import { doNotRetry, type AuthDefinition, type ConnectionValues } from '@weft/connector-kit';

const apiVersion = {
  name: 'apiVersion',
  label: 'API version',
  kind: 'text',
  required: false,
  initial: '66.0',
  placeholder: '66.0',
  help: 'Used when the org knows it, else the newest the org has.',
} as const;

/** Both need an External Client App: new connected apps cannot be created since Spring '26 (help.salesforce.com). */
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
];

/** The address tokens are asked at, and the grant to ask with. */
export interface SalesforceLogin {
  readonly origin: string;
  readonly originField: 'loginUrl' | 'instanceUrl';
  readonly grant: Readonly<Record<string, string>>;
}

/** Reads the form. Throws `invalid` naming what is missing. */
export function loginOf(values: ConnectionValues): SalesforceLogin {
  const { clientId = '', clientSecret = '', refreshToken = '' } = values;
  if (clientId === '') throw doNotRetry('The consumer key is missing.', { code: 'clientId_missing' });
  const originField = refreshToken === '' ? 'loginUrl' : 'instanceUrl';
  const origin = orgOrigin(values[originField] ?? '');
  const client = { client_id: clientId, ...(clientSecret === '' ? {} : { client_secret: clientSecret }) };
  const grant: Record<string, string> =
    refreshToken === ''
      ? { grant_type: 'client_credentials', ...client }
      : { grant_type: 'refresh_token', refresh_token: refreshToken, ...client };
  return { origin, originField, grant };
}

/**
 * The origin of an org as the API needs it. The address people copy from their browser ends in
 * `.lightning.force.com`, where there is no API: its My Domain has the same name.
 */
export function orgOrigin(given: string): string {
  const trimmed = given.trim();
  const url = URL.parse(/^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`);
  if (trimmed === '' || url === null)
    throw doNotRetry(`"${trimmed}" is not the address of a Salesforce org. It looks like https://acme.my.salesforce.com.`, {
      code: 'address_malformed',
    });
  return url.origin.replace(/\.lightning\.force\.com$/, '.my.salesforce.com');
}

/** Where a connection may send its token: its own org, and Salesforce's hosts when the org is one of them. */
export function salesforceOrigins(values: ConnectionValues): readonly string[] {
  const { origin } = loginOf(values);
  const isSalesforce = /^https:\/\/[^/]+\.salesforce\.com$/.test(origin);
  return isSalesforce ? [origin, 'https://*.my.salesforce.com', 'https://*.salesforce.com'] : [origin];
}
