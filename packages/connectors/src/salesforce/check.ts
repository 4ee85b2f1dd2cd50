import { isWeftError, needsReconnect, type CallContext, type ConnectionCheck } from '@weft/connector-kit';
import { openSalesforce } from './client.ts';
import { loginOf } from './auth.ts';
import { certificateEnd } from './private-key.ts';
import { connectionOf, currentToken, newToken } from './token.ts';
import { USAGE_PERIOD } from './transport.ts';

interface UserInfo {
  readonly preferred_username?: string;
  readonly organization_id?: string;
}

/** Tries the account as a person would want to know it: address, app, permission to use the API, in this order. */
export async function checkSalesforce(context: CallContext, options: { afresh?: boolean } = {}): Promise<ConnectionCheck> {
  const connection = connectionOf(context);
  // What another attempt has left must not speak for these values.
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
    await (options.afresh === true ? newToken(context) : currentToken(context));
    const salesforce = await openSalesforce(context);
    // A call of the API comes first: it needs the right to use it, and where the session has ended it renews it. userinfo does
    // neither: it answers without that right, and an ended session with 403.
    await salesforce.run((jsforce) => jsforce.limits());
    const user = await salesforce.run((jsforce) => jsforce.request<UserInfo>(`${jsforce.instanceUrl}/services/oauth2/userinfo`));
    const token = await currentToken(context);
    const usage = connection.session.get('apiUsage') as { used: number; limit: number } | undefined;
    const expiresAt = certificateEnd(connection.values['privateKey'] ?? '');
    return {
      ok: true,
      account: user.preferred_username ?? token.identity,
      detail: `${new URL(token.instanceUrl).host}, org ${user.organization_id ?? token.identity.split('/')[0]}, API ${token.version}`,
      ...(usage === undefined ? {} : { usage: { ...usage, period: USAGE_PERIOD } }),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    };
  } catch (error) {
    if (!isWeftError(error)) throw error;
    return {
      ok: false,
      message: error.message,
      ...fieldOf(error, connection.values),
      ...(needsReconnect(error) ? { reconnect: true } : {}),
    };
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
