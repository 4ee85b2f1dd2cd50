/** Both vendors by plain HTTP, without our connectors: what a colleague at the desk does, and what is really there. */

export type Fields = Record<string, unknown>;

/** ConnectWise by paths below `apis/3.0`, as the API member of the demo. */
export interface PsaDesk {
  create(path: string, record: Fields): Promise<Fields & { id: number }>;
  patch(path: string, changes: Fields): Promise<Fields>;
  list(path: string, conditions?: string): Promise<(Fields & { id: number })[]>;
  get(path: string): Promise<Fields>;
  remove(path: string): Promise<void>;
}

/** Salesforce by objects and SOQL. */
export interface CrmDesk {
  create(object: string, record: Fields): Promise<string>;
  update(object: string, id: string, changes: Fields): Promise<void>;
  query(soql: string): Promise<Fields[]>;
  remove(object: string, id: string): Promise<void>;
  /** Converts a lead into an account and a contact, without a deal. */
  convertLead(id: string): Promise<{ accountId: string; contactId: string }>;
}

async function answered(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** A desk at the demo's PSA. */
export function openPsaDesk(url: string): PsaDesk {
  const base = `${url}/v4_6_release/apis/3.0`;
  const headers = {
    authorization: `Basic ${Buffer.from('demo+DemoPublicKey:DemoPrivateKey').toString('base64')}`,
    clientid: '00000000-0000-4000-8000-000000000001',
    'content-type': 'application/json',
  };
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> =>
    answered(await fetch(`${base}/${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }));
  return {
    create: async (path, record) => (await send('POST', path, record)) as Fields & { id: number },
    patch: async (path, changes) =>
      (await send(
        'PATCH',
        path,
        Object.entries(changes).map(([name, value]) => ({ op: 'replace', path: name, value })),
      )) as Fields,
    list: async (path, conditions) =>
      (await send('GET', `${path}?pageSize=1000${conditions ? `&conditions=${encodeURIComponent(conditions)}` : ''}`)) as (Fields & {
        id: number;
      })[],
    get: async (path) => (await send('GET', path)) as Fields,
    remove: async (path) => void (await send('DELETE', path)),
  };
}

/** A desk at the demo's CRM. */
export async function openCrmDesk(url: string): Promise<CrmDesk> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'weft-demo-client',
    client_secret: 'weft-demo-secret',
  });
  const token = (await answered(await fetch(`${url}/services/oauth2/token`, { method: 'POST', body: form }))) as { access_token: string };
  const headers = { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' };
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> =>
    answered(
      await fetch(`${url}/services/data/v66.0/${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }),
    );
  return {
    create: async (object, record) => ((await send('POST', `sobjects/${object}`, record)) as { id: string }).id,
    update: async (object, id, changes) => void (await send('PATCH', `sobjects/${object}/${id}`, changes)),
    query: async (soql) => ((await send('GET', `query?q=${encodeURIComponent(soql)}`)) as { records: Fields[] }).records,
    remove: async (object, id) => void (await send('DELETE', `sobjects/${object}/${id}`)),
    async convertLead(id) {
      // Conversion is offered over SOAP only.
      const response = await fetch(`${url}/services/Soap/u/66.0`, {
        method: 'POST',
        headers: { 'content-type': 'text/xml', soapaction: '""' },
        body: `<?xml version="1.0" encoding="utf-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Header xmlns="urn:partner.soap.sforce.com"><SessionHeader><sessionId>${token.access_token}</sessionId></SessionHeader></soapenv:Header><soapenv:Body xmlns="urn:partner.soap.sforce.com"><convertLead><leadConverts><convertedStatus>Closed - Converted</convertedStatus><doNotCreateOpportunity>true</doNotCreateOpportunity><leadId>${id}</leadId><overwriteLeadSource>false</overwriteLeadSource><sendNotificationEmail>false</sendNotificationEmail></leadConverts></convertLead></soapenv:Body></soapenv:Envelope>`,
      });
      const text = await response.text();
      const [accountId, contactId] = ['accountId', 'contactId'].map(
        (name) => new RegExp(`<(?:\\w+:)?${name}[^>]*>(\\w{18})<`).exec(text)?.[1],
      );
      if (accountId === undefined || contactId === undefined) throw new Error(`convertLead: ${response.status} ${text}`);
      return { accountId, contactId };
    },
  };
}
