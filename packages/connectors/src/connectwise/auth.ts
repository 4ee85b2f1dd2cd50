import { basicAuth, doNotRetry, type AuthDefinition, type ConnectionValues } from '@weft/connector-kit';

/** Cloud regions: the API host is the UI host with `api-` in front (ConnectWise Developer Guide, "Cloud URLs"). */
const REGIONS: Readonly<Record<string, string>> = {
  na: 'na.myconnectwise.net',
  eu: 'eu.myconnectwise.net',
  au: 'au.myconnectwise.net',
  aus: 'aus.myconnectwise.net',
  za: 'za.myconnectwise.net',
  staging: 'staging.connectwisedev.com',
};

/** The version whose model this connector knows. Vendor advice: pin it. */
export const DEFAULT_VERSION = '2025.1';

export const connectwiseAuth: readonly AuthDefinition[] = [
  {
    id: 'apiMember',
    title: 'API member keys',
    fields: [
      {
        name: 'site',
        label: 'Site',
        kind: 'text',
        required: true,
        placeholder: 'na',
        help: 'na, eu, au, aus, za, staging, or the address of your own server: https://psa.example.com.',
      },
      { name: 'companyId', label: 'Company id', kind: 'text', required: true, help: 'What you type as company when you sign in.' },
      { name: 'publicKey', label: 'Public key', kind: 'text', required: true, help: 'System › Members › API Members › API Keys.' },
      { name: 'privateKey', label: 'Private key', kind: 'secret', required: true },
      { name: 'clientId', label: 'Client ID', kind: 'text', required: true, help: 'Your own, from developer.connectwise.com/ClientID.' },
      {
        name: 'apiVersion',
        label: 'API version',
        kind: 'text',
        required: false,
        initial: DEFAULT_VERSION,
        help: 'Such as 2025.1; "none" means the newest of the server.',
      },
    ],
  },
];

/** The places of one site: `api` takes the calls, `ui` knows the codebase and serves signing keys. */
export interface Site {
  readonly api: string;
  readonly ui: string;
}

/** Reads the site field. Throws `invalid` when it is no address. */
export function siteOf(values: ConnectionValues): Site {
  const given = (values['site'] ?? '').trim();
  const region = REGIONS[given.toLowerCase()];
  const url = URL.parse(region !== undefined ? `https://${region}` : /^https?:\/\//i.test(given) ? given : `https://${given}`);
  if (given === '' || url === null || (region === undefined && !/[.:]/.test(given))) {
    throw doNotRetry(`"${given}" is neither a region (na, eu, au, aus, za, staging) nor the address of a server.`, {
      code: 'site_malformed',
    });
  }
  const uiHost = url.host.replace(/^api-/, '');
  const isCloud = Object.values(REGIONS).includes(uiHost);
  return { api: isCloud ? `https://api-${uiHost}` : url.origin, ui: isCloud ? `https://${uiHost}` : url.origin };
}

/** The origins a connection may call. */
export function connectwiseOrigins(values: ConnectionValues): readonly string[] {
  const { api, ui } = siteOf(values);
  return [...new Set([api, ui])];
}

/** Headers of every authenticated call. */
export function authHeaders(values: ConnectionValues): Record<string, string> {
  return {
    authorization: basicAuth(`${values['companyId'] ?? ''}+${values['publicKey'] ?? ''}`, values['privateKey'] ?? ''),
    clientId: values['clientId'] ?? '',
  };
}

/** The Accept header that pins the model. Throws `invalid` for a version that is none: the server would take it for no pin at all. */
export function acceptHeader(values: ConnectionValues): string {
  const version = values['apiVersion']?.trim() || DEFAULT_VERSION;
  if (!/^(none|\d+(\.\d+){0,2})$/i.test(version))
    throw doNotRetry(`API version "${version}" is none. Give one such as ${DEFAULT_VERSION}, or "none" for the newest of the server.`, {
      code: 'version_malformed',
    });
  return version.toLowerCase() === 'none' ? 'application/json' : `application/vnd.connectwise.com+json; version=${version}`;
}
