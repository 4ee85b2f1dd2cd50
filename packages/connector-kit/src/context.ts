/** Putting together what a connector is given for one call. */
import { isWeftError } from '@weft/errors';
import type { ActionContext, CallContext, CallProgress, ConnectionHandle, ConnectorDefinition, KeyValueStore } from './connector.ts';
import type { EgressPolicy } from './http/addresses.ts';
import { createHttpClient } from './http/client.ts';
import { createRateLimiter, type RateLimiter } from './rate-limit.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { secretValues } from './secrets.ts';
import { createTcpClient } from './tcp.ts';

export interface CallOptions {
  readonly connector: ConnectorDefinition;
  readonly connection: ConnectionHandle | undefined;
  readonly policy: EgressPolicy;
  readonly signal: AbortSignal;
  /** The connection's limiter, kept as long as its handle. See {@link limiterFor}. */
  readonly limiter?: RateLimiter;
  /** The workspace's values, for operations that keep some. */
  readonly store?: KeyValueStore;
  readonly now?: () => number;
}

/** Makes the context of one call and the recorder that hears it. */
export function createCallContext(options: CallOptions): { context: CallContext; recorder: Recorder } {
  const { connector, connection } = options;
  const now = options.now ?? Date.now;
  const recorder = createRecorder({ secrets: connection === undefined ? [] : secretValues(connector, connection.values) });
  const allowedOrigins = connection === undefined ? undefined : originsOf(connector, connection);
  const http = createHttpClient({
    policy: options.policy,
    signal: options.signal,
    recorder,
    now,
    ...(options.limiter === undefined ? {} : { limiter: options.limiter }),
    ...(allowedOrigins === undefined ? {} : { allowedOrigins }),
  });
  const tcp = createTcpClient({
    policy: options.policy,
    signal: options.signal,
    ...(options.limiter === undefined ? {} : { limiter: options.limiter }),
  });
  return { context: { http, tcp, connection, signal: options.signal, now, ...(options.store ? { store: options.store } : {}) }, recorder };
}

/** Values from which no origin can be made allow none; what is wrong with them is said by the connector itself. */
function originsOf(connector: ConnectorDefinition, connection: ConnectionHandle): readonly string[] | undefined {
  try {
    return connector.origins?.(connection.values);
  } catch (error) {
    if (isWeftError(error)) return [];
    throw error;
  }
}

/** What an action is given beyond {@link CallOptions}. */
export interface ActionOptions extends CallOptions {
  readonly idempotencyKey: string;
  readonly mayHaveHappened?: boolean;
  readonly onProgress?: (seen: CallProgress) => void;
}

/** The same for an action. */
export function createActionContext(options: ActionOptions): { context: ActionContext; recorder: Recorder } {
  const { context, recorder } = createCallContext(options);
  const { idempotencyKey, mayHaveHappened = false, onProgress } = options;
  return { context: { ...context, idempotencyKey, mayHaveHappened, progress: (seen) => onProgress?.(seen) }, recorder };
}
const limiters = new WeakMap<ConnectionHandle, RateLimiter>();

/** The one limiter of a connection handle, by the rate its connector declares; undefined when it declares none. */
export function limiterFor(connector: ConnectorDefinition, connection: ConnectionHandle): RateLimiter | undefined {
  if (connector.rateLimit === undefined) return undefined;
  let limiter = limiters.get(connection);
  if (limiter === undefined) {
    limiter = createRateLimiter(connector.rateLimit);
    limiters.set(connection, limiter);
  }
  return limiter;
}
