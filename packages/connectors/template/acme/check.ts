import { isWeftError, type CallContext, type ConnectionCheck } from '@weft/connector-kit';
import { BLAMED_FIELD, siteOf } from './auth.ts';
import { openAcme } from './client.ts';

/** Tries the account with the smallest call that needs it. What is wrong is said with the field to correct. */
export async function checkAcme(context: CallContext): Promise<ConnectionCheck> {
  try {
    await openAcme(context).items({}, { size: 1 });
    return { ok: true, account: new URL(siteOf(context.connection?.values ?? {})).host };
  } catch (error) {
    if (!isWeftError(error)) throw error;
    return { ok: false, message: error.message, field: error.class === 'auth' ? BLAMED_FIELD : 'site' };
  }
}
