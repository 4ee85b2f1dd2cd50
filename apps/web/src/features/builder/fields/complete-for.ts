/** Completions for the expressions of one node, from the chosen sample. Pure. */
import { completeAt } from '@weft/expression';
import type { WorkflowDocument } from '@weft/workflow';
import { earlierNodes, loopsOf } from '../data/sources.ts';
import type { SampleScope } from '../preview/protocol.ts';
import type { CompleteExpression } from './completion.ts';

/** Offers only what can have run: earlier nodes, and `item` inside a loop. */
export function completeFor(document: WorkflowDocument, nodeId: string, sample: SampleScope): CompleteExpression {
  const scope = scopeAt(document, nodeId, sample);
  return (expression, position) => {
    const found = completeAt(expression, position, scope);
    return { from: found.from, options: found.options };
  };
}

/** The sample as a node sees it. */
export function scopeAt(document: WorkflowDocument, nodeId: string, sample: SampleScope): Record<string, unknown> {
  const steps = Object.fromEntries(
    earlierNodes(document, nodeId).flatMap(({ node }) =>
      node.kind === 'trigger' || node.kind === 'stop' ? [] : [[node.id, sample.steps[node.id] ?? {}] as const],
    ),
  );
  const [loop] = loopsOf(document, nodeId);
  const inLoop = loop === undefined ? {} : { item: sample.items[loop], index: 0 };
  // Only an operation may hold the address of a wait.
  const resume = document.nodes.find(({ id }) => id === nodeId)?.kind === 'connector' ? { resume: sample.resume } : {};
  return { trigger: sample.trigger, steps, ...inLoop, config: sample.config, run: sample.run, ...resume };
}
