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
];

/** The origin a connection is bound to. Throws `invalid` when the site is no web address. */
export function siteOrigin(values: ConnectionValues): string {
  const given = (values['site'] ?? '').trim();
  const url = URL.parse(/^https?:\/\//i.test(given) ? given : `https://${given}`);
  if (given === '' || url === null)
    throw doNotRetry(`"${given}" is not a web address. Write it as https://api.example.com.`, { code: 'site_malformed' });
  return url.origin;
}

/** The headers that authorise a call. */
export function authHeaders(values: ConnectionValues): Record<string, string> {
  const { token, username, password, headerName, headerValue } = values;
  if (token !== undefined && token !== '') return { authorization: `Bearer ${token}` };
  if (username !== undefined && username !== '') return { authorization: basicAuth(username, password ?? '') };
  if (headerName !== undefined && headerName !== '') return { [headerName]: headerValue ?? '' };
  return {};
}
