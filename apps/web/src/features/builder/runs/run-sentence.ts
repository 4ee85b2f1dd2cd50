/** How a run stands, as one sentence. Pure. */
import type { RunDetail } from '../state/api-types.ts';

type Told = Pick<RunDetail, 'run' | 'document' | 'why'>;

export function runSentence({ run, why }: Told): string {
  switch (run.status) {
    case 'failed':
    case 'uncertain':
    case 'quarantined':
      return run.error?.message ?? run.attention ?? 'The run failed.';
    case 'skipped':
      return `Skipped: ${run.reason ?? 'there was nothing to do'}`;
    case 'cancelled':
      return `Cancelled: ${run.reason ?? 'somebody stopped it'}`;
    case 'succeeded':
      return run.reason ?? run.businessKey ?? 'Everything was done.';
    case 'queued':
      return why ?? 'Waiting for a worker.';
    case 'waiting':
      return why ?? run.reason ?? 'Waiting.';
    case 'running':
      return why ?? 'Under way.';
  }
}
