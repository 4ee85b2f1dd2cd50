/** The account behind a call, with what its calls share in this process and among processes. */
import type { ApiUsage, ConnectionHandle, ConnectionValues, SharedStateRequest } from './connector.ts';

export interface ConnectionHandleOptions {
  readonly id: string;
  readonly values: ConnectionValues;
  /** Shares state with other processes. Absent, it is kept with the handle. */
  readonly shared?: ConnectionHandle['shared'];
  /** Hears of values the vendor has replaced, such as a rotated refresh token, where `shared` is absent. */
  readonly onReplaced?: (replaced: ConnectionValues) => void;
  readonly reportUsage?: (usage: ApiUsage) => void;
}

/**
 * Makes the handle of one connection. Keep one per connection and process, and make a new one when a person has changed its
 * values: look-ups live in its `session`, and `refreshOnce` joins callers only within one handle.
 */
export function createConnectionHandle(options: ConnectionHandleOptions): ConnectionHandle {
  const flights = new Map<string, Promise<unknown>>();
  const refreshOnce = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const flying = flights.get(key);
    // The key names the kind of result: all callers of one key pass the same work.
    if (flying !== undefined) return flying as Promise<T>;
    const flight = Promise.resolve()
      .then(work)
      .finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
  return {
    id: options.id,
    values: options.values,
    session: new Map(),
    refreshOnce,
    shared: options.shared ?? ownState(options),
    ...(options.reportUsage === undefined ? {} : { reportUsage: options.reportUsage }),
  };
}

/** State that no other process sees. */
function ownState(options: Pick<ConnectionHandleOptions, 'values' | 'onReplaced'>): ConnectionHandle['shared'] {
  let { values } = options;
  let present: { readonly state: unknown } | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  const obtain = async <State>(want: SharedStateRequest<State>): Promise<State> => {
    // One state per connection: whoever made it asks for it.
    const known = present as { readonly state: State } | undefined;
    if (known !== undefined && want.isGood(known.state)) return known.state;
    const { state, replaced } = await want.make(values);
    present = { state };
    if (replaced !== undefined) {
      values = { ...values, ...replaced };
      options.onReplaced?.(replaced);
    }
    return state;
  };
  return <State>(want: SharedStateRequest<State>): Promise<State> => {
    const turn = queue.then(() => obtain(want));
    queue = turn.catch(() => undefined);
    return turn;
  };
}
