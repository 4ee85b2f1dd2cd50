/** The script node: what it is given, and what it says. */
import type { StoredError } from '@weft/errors';
import { LONGEST_SCRIPT_MS, SCRIPT_TIMEOUT_MS, scriptScope } from '@weft/workflow';
import type { ScriptNode } from '@weft/workflow';
import type { ConsoleLine, Host } from '../host.ts';
import { asObject } from '../plain.ts';
import '../signal.ts';

/** Runs a script with as much of the scope as it asks for. Throws what the host does. */
export function executeScript(
  node: ScriptNode,
  means: { readonly path: string; readonly scope: Readonly<Record<string, unknown>>; readonly host: Host; readonly signal: AbortSignal },
): ReturnType<Host['script']> {
  return means.host.script({
    nodeId: node.id,
    path: means.path,
    code: node.code,
    scope: scriptScope(node.code, means.scope),
    timeoutMs: Math.min(node.timeoutMs ?? SCRIPT_TIMEOUT_MS, LONGEST_SCRIPT_MS),
    signal: means.signal,
  });
}

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
