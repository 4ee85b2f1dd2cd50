import { isWeftError, type CallContext, type ConnectionCheck } from '@weft/connector-kit';
import { companyInfo, connectionOf, openConnectWise } from './client.ts';
import { acceptHeader, siteOf } from './auth.ts';

/**
 * Tries site, company id and keys, in this order. `/system/info` would answer without keys, so an authenticated call
 * is made: the members first, for its name of the account; a plain count when the role may not read members.
 */
export async function checkConnectWise(context: CallContext): Promise<ConnectionCheck> {
  const { values, session } = connectionOf(context);
  session.delete('codebase');
  try {
    const { ui, api } = siteOf(values);
    acceptHeader(values);
    const info = await companyInfo(context);
    if (info === null)
      return {
        ok: false,
        reconnect: true,
        field: 'companyId',
        message: `${new URL(ui).host} does not know the company id "${values['companyId']}". It is what you type as company when you sign in.`,
      };
    await authenticated(context);
    return {
      ok: true,
      account: info.CompanyName ?? values['companyId'] ?? '',
      detail: `${new URL(api).host}, ${String(session.get('codebase') ?? info.Codebase ?? '')}`,
    };
  } catch (error) {
    if (!isWeftError(error)) throw error;
    return explain(error, { companyId: values['companyId'] ?? '', site: values['site']?.trim() ?? '' });
  }
}

async function authenticated(context: CallContext): Promise<void> {
  const cw = openConnectWise(context);
  try {
    await cw.page('/system/members', { fields: 'id,identifier' }, { pageSize: 1 });
  } catch (error) {
    if (!isWeftError(error) || error.class !== 'auth' || !/permission/i.test(error.message)) throw error;
    await cw.count('/company/companies', {});
  }
}

function explain(
  error: { class: string; code: string; message: string },
  { companyId, site }: { companyId: string; site: string },
): ConnectionCheck {
  if (/SSL is required/i.test(error.message))
    return { ok: false, field: 'site', message: 'The server wants https. Write the site with https://.' };
  if (error.code === 'Unauthorized' || /answered 401/.test(error.message))
    return {
      ok: false,
      reconnect: true,
      field: 'privateKey',
      message: `ConnectWise refuses the keys. Check the company id "${companyId}" and the public and private key of the API member.`,
    };
  // On the cloud, wrong keys come as "not found" (Developer Guide, PSA-specific note).
  if (error.class === 'notFound')
    return {
      ok: false,
      reconnect: true,
      field: 'privateKey',
      message: `ConnectWise finds nothing under these keys. Check the company id "${companyId}" and the keys.`,
    };
  if (/permission/i.test(error.message))
    return { ok: false, message: 'The API member may not read companies. Give its security role at least inquiry rights on companies.' };
  if (/answered 403/.test(error.message))
    return {
      ok: false,
      field: 'clientId',
      message: 'ConnectWise refuses the Client ID. Register your own at developer.connectwise.com/ClientID.',
    };
  if (error.code === 'version_malformed') return { ok: false, field: 'apiVersion', message: error.message };
  if (error.code === 'not_json')
    return { ok: false, field: 'site', message: `${site} does not answer as a ConnectWise server. Check the site.` };
  if (
    ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'site_malformed', 'address_not_allowed', 'EPROTO'].includes(
      error.code,
    )
  )
    return { ok: false, field: 'site', message: error.message };
  return { ok: false, message: error.message };
}
