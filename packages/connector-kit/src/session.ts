/** The account behind a call, with the session state that its calls share in this process. */
import type { ConnectionHandle, ConnectionValues } from './connector.ts';

export interface ConnectionHandleOptions {
  readonly id: string;
  readonly values: ConnectionValues;
  /** Stores values the vendor has replaced, such as a rotated refresh token. */
  readonly save?: (changed: ConnectionValues) => Promise<void>;
}

/**
 * Makes the handle of one connection. Keep one per connection and process, and make a new one when its values change:
 * tokens live in its `session`, and `refreshOnce` joins callers only within one handle.
 */
export function createConnectionHandle(options: ConnectionHandleOptions): ConnectionHandle {
  const flights = new Map<string, Promise<unknown>>();
  return {
    id: options.id,
    values: options.values,
    session: new Map(),
    ...(options.save === undefined ? {} : { save: options.save }),
    refreshOnce<T>(key: string, work: () => Promise<T>): Promise<T> {
      const flying = flights.get(key);
      // The key names the kind of result: all callers of one key pass the same work.
      if (flying !== undefined) return flying as Promise<T>;
      const flight = Promise.resolve()
        .then(work)
        .finally(() => flights.delete(key));
      flights.set(key, flight);
      return flight;
    },
  };
}
