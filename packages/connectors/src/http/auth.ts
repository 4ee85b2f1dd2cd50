/** The ways to authorise an account at a web service, and where its credentials may go. */
import type { AuthDefinition, ConnectionValues } from '@weft/connector-kit';
import { basicAuth, doNotRetry } from '@weft/connector-kit';

const site = {
  name: 'site',
  label: 'Site',
  kind: 'text',
  required: true,
  placeholder: 'https://api.example.com',
  help: 'The credentials go to this site only, never to another one, also not by a redirect.',
} as const;

export const httpAuth: readonly AuthDefinition[] = [
  {
    id: 'bearer',
    title: 'Bearer token',
    fields: [site, { name: 'token', label: 'Token', kind: 'secret', required: true }],
  },
  {
    id: 'basic',
    title: 'User name and password',
    fields: [
      site,
      { name: 'username', label: 'User name', kind: 'text', required: true },
      { name: 'password', label: 'Password', kind: 'secret', required: true },
    ],
  },
  {
    id: 'header',
    title: 'Key in a header',
    fields: [
      site,
      { name: 'headerName', label: 'Header', kind: 'text', required: true, initial: 'x-api-key' },
      { name: 'headerValue', label: 'Value', kind: 'secret', required: true },
    ],
  },
  {
    id: 'query',
    title: 'Key in the query',
    fields: [
      site,
      { name: 'queryName', label: 'Parameter', kind: 'text', required: true, initial: 'api_key', help: 'As in ?api_key=… of the address.' },
      { name: 'queryValue', label: 'Value', kind: 'secret', required: true },
    ],
  },
  {
    id: 'clientCredentials',
    title: 'OAuth 2 client credentials',
    fields: [
      site,
      {
        name: 'tokenUrl',
        label: 'Token URL',
        kind: 'text',
        required: true,
        placeholder: 'https://login.example.com/oauth2/token',
        help: 'Client ID and secret go there only; the token it gives goes to the site only.',
      },
      { name: 'clientId', label: 'Client ID', kind: 'text', required: true },
      { name: 'clientSecret', label: 'Client secret', kind: 'secret', required: true },
      { name: 'scope', label: 'Scope', kind: 'text', required: false, help: 'Several are separated by spaces.' },
      { name: 'audience', label: 'Audience', kind: 'text', required: false, help: 'Only for services that ask for one, such as Auth0.' },
      {
        name: 'sendSecret',
        label: 'Send the secret',
        kind: 'select',
        required: false,
        initial: 'header',
        choices: [
          { value: 'header', label: 'As user name and password (the standard)' },
          { value: 'body', label: 'In the body' },
        ],
      },
    ],
  },
];

/** The origin a connection is bound to. Throws `invalid` when the site is no web address. */
export function siteOrigin(values: ConnectionValues): string {
  const given = (values['site'] ?? '').trim();
  const url = URL.parse(/^https?:\/\//i.test(given) ? given : `https://${given}`);
  if (given === '' || url === null)
    throw doNotRetry(`"${given}" is not a web address. Write it as https://api.example.com.`, { code: 'site_malformed' });
  return url.origin;
}

/** The address of the token service; undefined when the connection has none. Throws `invalid` when it is no web address. */
export function tokenAddress(values: ConnectionValues): URL | undefined {
  const given = (values['tokenUrl'] ?? '').trim();
  if (given === '') return undefined;
  const url = /^https?:\/\//i.test(given) ? URL.parse(given) : null;
  if (url === null)
    throw doNotRetry(`"${given}" is not a web address. Write the token URL as https://login.example.com/oauth2/token.`, {
      code: 'token_url_malformed',
      detail: { field: 'tokenUrl' },
    });
  return url;
}

/** The site, and the token service where there is one. */
export function allowedOrigins(values: ConnectionValues): readonly string[] {
  const token = URL.parse((values['tokenUrl'] ?? '').trim());
  return [...new Set([siteOrigin(values), ...(token === null ? [] : [token.origin])])];
}

/** What authorises a call. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** The credentials that stand in the values themselves. */
export function fixedCredentials(values: ConnectionValues): Credentials {
  const { token, username, password, headerName, headerValue, queryName, queryValue } = values;
  if (token !== undefined && token !== '') return { headers: { authorization: `Bearer ${token}` }, query: {} };
  if (username !== undefined && username !== '') return { headers: { authorization: basicAuth(username, password ?? '') }, query: {} };
  if (headerName !== undefined && headerName !== '') return { headers: { [headerName]: headerValue ?? '' }, query: {} };
  if (queryName !== undefined && queryName !== '') return { headers: {}, query: { [queryName]: queryValue ?? '' } };
  return { headers: {}, query: {} };
}
