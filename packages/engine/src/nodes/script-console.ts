/** What a script wrote to its console before it failed. */
import type { StoredError } from '@weft/errors';
import type { ConsoleLine } from '../host.ts';
import { asObject } from '../plain.ts';

/** The console of a script that failed stands in its record, and its line in its message: neither is a detail of its error. */
export function withoutConsole(error: StoredError): { readonly error: StoredError; readonly console?: readonly ConsoleLine[] } {
  const { console, line: _line, ...detail } = asObject(error.detail);
  if (!Array.isArray(console)) return { error };
  const { detail: _, ...rest } = error;
  // Written by the host that ran the script.
  return {
    error: Object.keys(detail).length === 0 ? rest : { ...rest, detail },
    ...(console.length > 0 ? { console: console as ConsoleLine[] } : {}),
  };
}
