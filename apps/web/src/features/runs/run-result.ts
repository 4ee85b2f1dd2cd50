/** What a run came to, in words: never a bare state. */
export interface RunResult {
  readonly text: string;
  readonly tone: 'ok' | 'run' | 'warn' | 'fail' | 'idle';
}

interface RunFacts {
  readonly status: string;
  readonly reason?: string | null | undefined;
  readonly error?: { readonly message: string } | null | undefined;
  readonly failedNode?: string | null | undefined;
  readonly attention?: string | null | undefined;
}

/** One line for the list: the error's sentence, the reason for skipping, or why it is not running yet. */
export function runResult(run: RunFacts): RunResult {
  switch (run.status) {
    case 'failed':
    case 'uncertain':
    case 'quarantined':
      return {
        tone: 'fail',
        text: [run.error?.message ?? run.reason ?? 'It ended without saying why.', run.failedNode ? `(at ${run.failedNode})` : '']
          .filter(Boolean)
          .join(' '),
      };
    case 'skipped':
      return { tone: 'idle', text: run.reason ?? 'nothing to do' };
    case 'cancelled':
      return { tone: 'idle', text: run.reason ?? run.error?.message ?? 'stopped by a person' };
    case 'waiting':
      return { tone: 'warn', text: run.attention ?? run.reason ?? 'goes on by itself when its time has come' };
    case 'queued':
      return { tone: run.attention ? 'warn' : 'idle', text: run.attention ?? run.reason ?? 'waits for a free worker' };
    case 'running':
      return { tone: 'run', text: run.attention ?? 'at work' };
    default:
      return { tone: 'ok', text: run.reason ?? 'done' };
  }
}
