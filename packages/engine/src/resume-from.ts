/** Retry from a step: the journal from which a run goes on as if it had not come further. */
import { reachableFrom, graphOf, loopsAround } from '@weft/workflow';
import type { Graph } from '@weft/workflow';
import type { Program } from './compile.ts';
import type { StepRecord } from './journal.ts';
import { isReadStep } from './pages.ts';

/**
 * Leaves out the records of a node, of all that follows it, and of what ended the run (stop nodes, failures without an
 * error edge), so that the run can go on. For a node in a loop, the loop and what follows it are followed too, while items
 * that are done keep their records up to the node. Where an attempt that is taken back may have been applied, a
 * `retrying` record stays in its place, so that the next one looks first; numbers of attempts go on from it. An unknown node gives the journal as it is.
 */
export function resumeFrom(journal: readonly StepRecord[], nodeId: string, program: Program): StepRecord[] {
  const graph = graphOf(program.document);
  if (!graph.nodes.has(nodeId)) return [...journal];
  const dropped = nodesFrom(graph, nodeId);
  const around = new Set(loopsAround(graph, nodeId));
  const kept: StepRecord[] = [];
  for (const record of journal) {
    // A loop around the node goes through all items again that it has read; what they amounted to is worked out anew.
    const isReadAgain = around.has(record.nodeId) && record.status === 'succeeded' && isReadStep(record.path);
    if (isReadAgain || (!dropped.has(record.nodeId) && !hasEndedRun(graph, record))) kept.push(record);
    else if (record.outcomeUnknown === true && record.status !== 'succeeded') kept.push(reopened(record));
  }
  return kept;
}

function nodesFrom(graph: Graph, nodeId: string): Set<string> {
  const found = new Set<string>();
  // A loop's own result depends on its body, and so does what follows the loop. Its other members keep theirs.
  for (const id of [nodeId, ...loopsAround(graph, nodeId)]) for (const follower of [id, ...reachableFrom(graph, id)]) found.add(follower);
  const around = new Set(loopsAround(graph, nodeId));
  for (const id of graph.nodes.keys()) {
    if (loopsAround(graph, id).some((loop) => found.has(loop) && !around.has(loop))) found.add(id);
  }
  return found;
}

function hasEndedRun(graph: Graph, record: StepRecord): boolean {
  const node = graph.nodes.get(record.nodeId);
  if (node?.kind === 'stop') return record.status === 'succeeded' && !node.disabled;
  const isCaught = loopsAround(graph, record.nodeId).some((id) => {
    const loop = graph.nodes.get(id);
    return loop?.kind === 'loop' && loop.onItemError === 'continue';
  });
  return record.status === 'failed' && record.port === undefined && !isCaught;
}

/** The same attempt, to be followed by another at once. */
function reopened(record: StepRecord): StepRecord {
  const { port: _port, stopReason: _reason, nextAttemptAt: _due, ...rest } = record;
  return { ...rest, status: 'retrying' };
}
