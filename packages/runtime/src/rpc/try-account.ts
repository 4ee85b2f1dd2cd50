/**
 * Calling a vendor with an account's values, outside of any run.
 */
import { createCallContext, createConnectionHandle, limiterFor, needsReconnect, secretValues } from '@weft/connector-kit';
import type { CallContext, ConnectionValues, ConnectorDefinition } from '@weft/connector-kit';
import { WeftError, toWeftError } from '@weft/errors';
import type { EgressPolicy } from '@weft/connector-kit';
import type { OpenConnection } from '../adapters/open-connections.ts';
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
 * Tries values that are not stored. Gives what was found, and the values as they are now: a vendor may have replaced some, such
 * as a rotated refresh token, and only the new ones are good for anything.
 */
export async function tryAccount(
  means: { readonly policy: EgressPolicy },
  account: TriedAccount,
): Promise<{ check: ConnectionCheckResult; values: ConnectionValues; replaced: ConnectionValues | undefined }> {
  const { connector } = account;
  if (!connector.check) return { check: { ok: true, account: connector.title }, values: account.values, replaced: undefined };
  const { check: ask } = connector;
  let replaced: ConnectionValues | undefined;
  const onReplaced = (changed: ConnectionValues): void => {
    replaced = { ...replaced, ...changed };
  };
  const check = await callOnce(means, account, { onReplaced, work: (context) => ask(context, { afresh: true }) }).then(
    (found) => maskedCheck(found, secretValues(connector, { ...account.values, ...replaced })),
    failedCheck,
  );
  return { check, values: { ...account.values, ...replaced }, replaced };
}

/** Tries a stored account. `afresh`: what was obtained before, such as an access token, does not count. */
export async function tryStored(
  means: { readonly policy: EgressPolicy },
  connection: OpenConnection,
  options: { readonly afresh: boolean },
): Promise<ConnectionCheckResult> {
  const { connector, handle, secrets } = connection;
  if (!connector.check) return { ok: true, account: connector.title };
  const limiter = limiterFor(connector, handle);
  const { context } = createCallContext({
    connector,
    connection: handle,
    policy: means.policy,
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    ...(limiter ? { limiter } : {}),
  });
  return connector.check(context, options).then(
    (found) => maskedCheck(found, secrets),
    (thrown: unknown) => failedCheck(withoutSecrets(thrown, secrets)),
  );
}

// Masking changes texts and no shape.
const maskedCheck = (found: ConnectionCheckResult, secrets: readonly string[]): ConnectionCheckResult =>
  maskSecrets(found, secrets) as ConnectionCheckResult;

const failedCheck = (error: WeftError): ConnectionCheckResult => ({
  ok: false,
  message: error.message,
  ...(needsReconnect(error) ? { reconnect: true } : {}),
});

/**
 * Calls a vendor with a handle of its own: what the account answers now must not come from a token of before. Throws a
 * `WeftError` whose text holds no secret of the account.
 */
export async function callOnce<Result>(
  means: { readonly policy: EgressPolicy },
  account: TriedAccount,
  call: { readonly onReplaced?: (changed: ConnectionValues) => void; readonly work: (context: CallContext) => Promise<Result> },
): Promise<Result> {
  const { connector, id, values } = account;
  const { context } = createCallContext({
    connector,
    connection: createConnectionHandle({ id, values, ...(call.onReplaced ? { onReplaced: call.onReplaced } : {}) }),
    policy: means.policy,
    signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
  });
  try {
    return await call.work(context);
  } catch (thrown) {
    throw withoutSecrets(thrown, secretValues(connector, values));
  }
}

function withoutSecrets(thrown: unknown, secrets: readonly string[]): WeftError {
  const error = toWeftError(thrown);
  const message = String(maskSecrets(error.message, secrets));
  return new WeftError({
    class: error.class,
    code: error.code,
    message,
    ...(error.issues ? { issues: error.issues } : {}),
    ...(needsReconnect(error) ? { detail: { reconnect: true } } : {}),
  });
}
