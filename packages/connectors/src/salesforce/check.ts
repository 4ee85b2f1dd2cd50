import { isWeftError, type CallContext, type ConnectionCheck } from '@weft/connector-kit';
import { openSalesforce } from './client.ts';
import { loginOf } from './auth.ts';
import { connectionOf, currentToken } from './token.ts';

interface UserInfo {
  readonly preferred_username?: string;
  readonly organization_id?: string;
}

/** Tries the account as a person would want to know it: address, app, permission to use the API, in this order. */
export async function checkSalesforce(context: CallContext): Promise<ConnectionCheck> {
  const connection = connectionOf(context);
  // What another attempt has left must not speak for these values.
  connection.session.delete('token');
  connection.session.delete('limitedUntil');
  try {
    const { origin, originField } = loginOf(connection.values);
    if (originField === 'loginUrl' && !connection.values['privateKey'] && /^https:\/\/(login|test)\.salesforce\.com$/.test(origin)) {
      return {
        ok: false,
        field: 'loginUrl',
        message: 'Client credentials work on the org’s own My Domain only. Use https://<name>.my.salesforce.com.',
      };
    }
    const token = await currentToken(context);
    const salesforce = await openSalesforce(context);
    const user = await salesforce.run((jsforce) => jsforce.request<UserInfo>(`${token.instanceUrl}/services/oauth2/userinfo`));
    // userinfo answers without the right to use the API, so one real call is made as well.
    await salesforce.run((jsforce) => jsforce.limits());
    return {
      ok: true,
      account: user.preferred_username ?? token.identity,
      detail: `${new URL(token.instanceUrl).host}, org ${user.organization_id ?? token.identity.split('/')[0]}, API ${token.version}`,
    };
  } catch (error) {
    if (!isWeftError(error)) throw error;
    return { ok: false, message: error.message, ...fieldOf(error, connection.values) };
  }
}

const ADDRESS_CODES = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'address_malformed',
  'address_not_allowed',
  'not_salesforce',
  'UND_ERR_CONNECT_TIMEOUT',
  'EPROTO',
]);

function fieldOf(error: { code: string; detail: unknown }, values: Readonly<Record<string, string>>): { field?: string } {
  const named = (error.detail as { field?: string } | undefined)?.field;
  if (named !== undefined) return { field: named };
  if (error.code === 'version_malformed') return { field: 'apiVersion' };
  if (!ADDRESS_CODES.has(error.code)) return {};
  return { field: values['refreshToken'] ? 'instanceUrl' : values['signInUrl'] ? 'signInUrl' : 'loginUrl' };
}
