import { isWeftError, needsReconnect, type CallContext, type ConnectionCheck } from '@weft/connector-kit';
import { mailAccount } from './auth.ts';
import { withMailSession } from './session.ts';

/** Connects, logs in and asks whether the sender may send. No message leaves. */
export async function check(context: CallContext): Promise<ConnectionCheck> {
  try {
    const account = mailAccount(context.connection?.values ?? {});
    await withMailSession(context, account, (session) => session.probeSender());
    const { host, port, user, from } = account;
    return { ok: true, account: from.address, detail: `Sends through ${host}:${port}${user === undefined ? '' : ` as ${user}`}.` };
  } catch (error) {
    if (!isWeftError(error)) throw error;
    const { field } = (error.detail ?? {}) as { field?: string };
    return {
      ok: false,
      message: error.message,
      ...(needsReconnect(error) ? { reconnect: true } : {}),
      // What keeps a connection from being made at all lies with the server's name, unless something else is told.
      ...(field === undefined ? { field: 'host' } : { field }),
    };
  }
}
