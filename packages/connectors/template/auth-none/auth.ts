import { doNotRetry, type AuthDefinition, type ConnectionValues } from '@weft/connector-kit';

export const acmeAuth: readonly AuthDefinition[] = [
  {
    id: 'site',
    title: 'Address',
    fields: [{ name: 'site', label: 'Site', kind: 'text', required: true, placeholder: 'https://api.example.com' }],
  },
];

/** Of the fields above, the one to blame when the vendor refuses the account. */
export const BLAMED_FIELD = 'site';

/** The headers that authorise a call: none, for the service is open. */
export function authHeaders(_values: ConnectionValues): Record<string, string> {
  return {};
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
