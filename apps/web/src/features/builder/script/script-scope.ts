/** What a script is given when it is tried with a sample. Pure. */
import type { WorkflowDocument } from '@weft/workflow';
import { earlierNodes, loopsOf, mayFollowFailure } from '../data/sources.ts';
import type { SampleScope } from '../preview/protocol.ts';

/** What led to a node behind an error port, as long as nothing did. */
const SAMPLE_FAILURE = { class: 'invalid', code: 'sample', message: 'A failure, as a sample.', nodeId: 'sample' };

/** The sample as the script of a node reads it; steps without a sample are left out, as if they had been skipped. */
export function trialScope(document: WorkflowDocument, nodeId: string, sample: SampleScope, now: Date): Record<string, unknown> {
  const steps = Object.fromEntries(
    earlierNodes(document, nodeId).flatMap(({ node }) =>
      node.kind === 'trigger' || sample.steps[node.id] === undefined ? [] : [[node.id, sample.steps[node.id]] as const],
    ),
  );
  const [loop] = loopsOf(document, nodeId);
  return {
    trigger: sample.trigger ?? null,
    steps,
    ...(loop === undefined ? {} : { item: sample.items[loop] ?? null, index: 0 }),
    config: sample.config,
    run: { id: 'sample', startedAt: now.toISOString() },
    ...(mayFollowFailure(document, nodeId) ? { error: SAMPLE_FAILURE } : {}),
  };
}
