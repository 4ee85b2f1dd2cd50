/** How the nodes of a run stand, read from its records: what the canvas shows while the run is going on. */
import type { WorkflowDocument } from '@weft/workflow';
import type { StepRecord } from './journal.ts';
import { isPageStep } from './pages.ts';

/** `ready` means: all it waited for is settled and it has no record yet; in a running run it is being executed. */
export type Standing = 'pending' | 'ready' | 'succeeded' | 'failed' | 'skipped' | 'retrying';

/** Standing of every node by id. Of a node in a loop, the records of its latest item count. */
export function standings(document: Pick<WorkflowDocument, 'nodes' | 'edges'>, records: readonly StepRecord[]): Map<string, Standing> {
  const latest = new Map<string, StepRecord>();
  // That a page of a loop is read or done does not settle the loop.
  for (const record of records) if (!isPageStep(record.path)) latest.set(record.nodeId, record);
  const incoming = Map.groupBy(document.edges, ({ to }) => to);
  const result = new Map<string, Standing>();
  for (const { id, parent, kind } of document.nodes) {
    const record = latest.get(id);
    if (record) {
      result.set(id, record.status);
      continue;
    }
    const edges = incoming.get(id) ?? [];
    const settled = edges.map(({ from }) => latest.get(from)).filter((source) => source !== undefined && source.status !== 'retrying');
    const isTaken = edges.some(({ from, fromPort }) => latest.get(from)?.port === (fromPort ?? 'next'));
    const isStart = edges.length === 0 && (kind === 'trigger' || parent !== undefined);
    result.set(
      id,
      (edges.length > 0 && settled.length === edges.length && isTaken) || (isStart && kind === 'trigger') ? 'ready' : 'pending',
    );
  }
  return result;
}
