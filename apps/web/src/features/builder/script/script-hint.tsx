import { SCRIPT_TIMEOUT_MS } from '@weft/workflow';

/** What a script may do, in a line. */
export function ScriptHint({ timeoutMs = SCRIPT_TIMEOUT_MS }: { readonly timeoutMs?: number | undefined }) {
  return (
    <p className="field-help">
      What it returns is the output. No network, no files, no packages; {timeoutMs / 1000} s at most. Ctrl+Space completes, Ctrl+M frees
      Tab.
    </p>
  );
}
