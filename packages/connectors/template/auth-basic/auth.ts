import { basicAuth, doNotRetry, type AuthDefinition, type ConnectionValues } from '@weft/connector-kit';

export const acmeAuth: readonly AuthDefinition[] = [
  {
    id: 'basic',
    title: 'User name and password',
    fields: [
      { name: 'site', label: 'Site', kind: 'text', required: true, placeholder: 'https://api.example.com' },
      { name: 'username', label: 'User name', kind: 'text', required: true },
      { name: 'password', label: 'Password', kind: 'secret', required: true },
    ],
  },
];

/** Of the fields above, the one to blame when the vendor refuses the account. */
export const BLAMED_FIELD = 'password';

/** The headers that authorise a call. */
export function authHeaders(values: ConnectionValues): Record<string, string> {
  return { authorization: basicAuth(values['username'] ?? '', values['password'] ?? '') };
}

/** Where the account lives. Throws `invalid` when it is no web address. */
export function siteOf(values: ConnectionValues): string {
  const given = (values['site'] ?? '').trim();
  const url = URL.parse(/^https?:\/\//i.test(given) ? given : `https://${given}`);
  if (given === '' || url === null)
    throw doNotRetry(`Site: "${given}" is not a web address. Write it as https://api.example.com.`, { code: 'site_malformed' });
  return url.origin;
}

/** The origins a connection may call. */
export function acmeOrigins(values: ConnectionValues): readonly string[] {
  return [siteOf(values)];
}
