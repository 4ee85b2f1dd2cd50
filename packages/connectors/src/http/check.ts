/** Tries an account as far as can be done at a service nobody knows beforehand: with a GET of its site. */
import { isWeftError, needsReconnect, type CallContext, type ConnectionCheck } from '@weft/connector-kit';
import { siteOrigin } from './auth.ts';
import { send, sendOpen } from './client.ts';
import { forgetToken } from './token.ts';

const TIMEOUT_S = 15;

/**
 * What the site answers to the credentials. They are proven when it answers with them and not without; else the answer says
 * nothing of them: a 401 may mean the page at the site's root, and many sites show that to anybody.
 */
export async function checkHttp(context: CallContext, options: { afresh?: boolean } = {}): Promise<ConnectionCheck> {
  const isAfresh = options.afresh === true;
  if (isAfresh && context.connection !== undefined) forgetToken(context.connection);
  try {
    const origin = siteOrigin(context.connection?.values ?? {});
    const request = { method: 'GET', url: origin, timeoutSeconds: TIMEOUT_S } as const;
    const answer = await send(context, request);
    if (answer.status === 401) return { ok: false, message: `${origin} refuses these credentials (401).`, unproven: true };
    const account = new URL(origin).host;
    const isProven = isAfresh && answer.status < 500 && (await sendOpen(context, request)).status === 401;
    if (isProven) return { ok: true, account, detail: `Answered ${answer.status}, and refuses who has no credentials.` };
    return {
      ok: true,
      account,
      detail: `Answered ${answer.status}. Whether the credentials are right shows with the first real call.`,
      unproven: true,
    };
  } catch (error) {
    if (!isWeftError(error)) throw error;
    const isRefused = needsReconnect(error);
    return {
      ok: false,
      message: error.message,
      field: fieldOf(error.detail) ?? 'site',
      ...(isRefused ? { reconnect: true } : { unproven: true }),
    };
  }
}

/** The field of the form that an error is about, where it tells. */
function fieldOf(detail: unknown): string | undefined {
  const field = (detail as { field?: unknown } | undefined)?.field;
  return typeof field === 'string' ? field : undefined;
}
