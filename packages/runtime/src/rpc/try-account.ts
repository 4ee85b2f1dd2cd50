/**
 * Calling a vendor with an account's values, outside of any run.
 */
import { createCallContext, createConnectionHandle, secretValues } from '@weft/connector-kit';
import type { CallContext, ConnectionValues, ConnectorDefinition } from '@weft/connector-kit';
import { WeftError, toWeftError } from '@weft/errors';
import type { EgressPolicy } from '@weft/connector-kit';
import { maskSecrets } from '../secrets/mask.ts';
import type { ConnectionCheckResult } from './contract.ts';

/** An account whose values may not be stored yet. */
export interface TriedAccount {
  readonly id: string;
  readonly connector: ConnectorDefinition;
  readonly values: ConnectionValues;
}

const CALL_TIMEOUT_MS = 20_000;

/**
 * Tries an account. Gives what was found, and the values as they are now: a vendor may have replaced some, such as a rotated
 * refresh token, and only the new ones are good for anything.
 */
export async function tryAccount(
  means: { readonly policy: EgressPolicy },
  account: TriedAccount,
): Promise<{ check: ConnectionCheckResult; values: ConnectionValues; isReplaced: boolean }> {
  const { connector } = account;
  if (!connector.check) return { check: { ok: true, account: connector.title }, values: account.values, isReplaced: false };
  const { check: ask } = connector;
  let values = account.values;
  const save = async (changed: ConnectionValues): Promise<void> => {
    values = { ...values, ...changed };
  };
  const check = await callOnce(means, account, { save, work: (context) => ask(context) }).then(
    // Masking changes texts and no shape.
    (found) => maskSecrets(found, secretValues(connector, values)) as ConnectionCheckResult,
    (error: WeftError): ConnectionCheckResult => ({ ok: false, message: error.message }),
  );
  return { check, values, isReplaced: values !== account.values };
}

/**
 * Calls a vendor with a handle of its own: what the account answers now must not come from a token of before. Throws a
 * `WeftError` whose text holds no secret of the account.
 */
export async function callOnce<Result>(
  means: { readonly policy: EgressPolicy },
  account: TriedAccount,
  call: { readonly save?: (changed: ConnectionValues) => Promise<void>; readonly work: (context: CallContext) => Promise<Result> },
): Promise<Result> {
  const { connector, id, values } = account;
  const { context } = createCallContext({
    connector,
    connection: createConnectionHandle({ id, values, ...(call.save ? { save: call.save } : {}) }),
    policy: means.policy,
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  try {
    return await call.work(context);
  } catch (thrown) {
    const error = toWeftError(thrown);
    const message = String(maskSecrets(error.message, secretValues(connector, values)));
    throw new WeftError({ class: error.class, code: error.code, message, ...(error.issues ? { issues: error.issues } : {}) });
  }
}
