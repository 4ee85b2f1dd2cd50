/** What a called run gave, or the error by which it failed, in the words of its caller. */
import { loadCalledEnd } from '@weft/db';
import type { CalledEnd, Database } from '@weft/db';
import type { ChildCall, ChildResult } from '@weft/engine';
import type { StoredError } from '@weft/errors';

/** The answer to a call. `answer` is what the called run gave, or for a run that was only started all there is to say. */
export async function childResult(
  db: Database,
  asked: { readonly runId: string; readonly path: string; readonly call: ChildCall; readonly answer: unknown },
): Promise<ChildResult> {
  // Written with the call when the run is not waited for.
  if (!asked.call.isAwaited) return asked.answer as ChildResult;
  const end = await loadCalledEnd(db.pool, asked.runId, asked.path);
  if (end?.status === 'succeeded' || end?.status === 'skipped')
    return { runId: end.runId, status: 'succeeded', output: asked.answer ?? null };
  return { runId: end?.runId ?? '', status: 'failed', error: errorOf(end, asked.call.workflowName) };
}

function errorOf(end: CalledEnd | undefined, knownName: string): StoredError {
  const name = end?.workflowName ?? knownName;
  if (!end)
    return { class: 'notFound', code: 'called_run_gone', message: `The run of “${name}” that this step called is not kept any more.` };
  if (end.status === 'cancelled')
    return {
      class: 'cancelled',
      code: 'called_run_cancelled',
      message: `The run of “${name}” that this step called was stopped: ${end.reason ?? 'cancelled'}.`,
    };
  // Stored by this package from a WeftError.
  const error = end.error as StoredError | null;
  return (
    error ?? {
      class: 'bug',
      code: 'no_error',
      message: `The run of “${name}” that this step called ended as ${end.status} and left no error.`,
    }
  );
}
