/** Rules of answering the request that starts a run: who waits for an answer, and who gives it. */
import type { RespondNode, TriggerNode, WorkflowDocument } from '../document.ts';
import { graphOf, loopsAround, reachableFrom } from '../graph.ts';
import { answerModeOf } from '../nodes/respond.ts';
import { error, warning } from './problem.ts';
import type { Problem } from './problem.ts';

/** All findings about answers. */
export function checkResponses(document: WorkflowDocument): Problem[] {
  const trigger = document.nodes.find((node): node is TriggerNode => node.kind === 'trigger');
  if (!trigger) return [];
  const nodes = document.nodes.filter((node): node is RespondNode => node.kind === 'respond');
  const mode = answerModeOf(trigger);
  if (mode !== 'custom') return nodes.map(({ id }) => withoutRequest(id, mode !== undefined));
  const graph = graphOf(document);
  const reached = reachableFrom(graph, trigger.id);
  const isReached = (id: string): boolean => reached.has(id) || loopsAround(graph, id).some((loop) => reached.has(loop));
  return [
    ...(nodes.some(({ id, disabled }) => disabled !== true && isReached(id)) ? [] : [nobodyAnswers(trigger.id)]),
    ...nodes.filter(({ parent }) => parent !== undefined).map(({ id }) => inLoop(id)),
  ];
}

function withoutRequest(id: string, isRequest: boolean): Problem {
  const remedy = isRequest
    ? 'Let the trigger be answered by a respond node, or delete this one.'
    : 'Delete it, or begin with a web request.';
  return error(
    `nodes.${id}`,
    'respond_without_request',
    `“${id}” answers the request that started the run, but no request of this workflow waits for it. ${remedy}`,
  );
}

function nobodyAnswers(trigger: string): Problem {
  return warning(
    `nodes.${trigger}.input.respond`,
    'no_respond',
    'Requests wait for a respond node, and none can be reached: each is answered only when its run has ended. Add one, or answer otherwise.',
  );
}

function inLoop(id: string): Problem {
  return warning(`nodes.${id}`, 'respond_in_loop', `“${id}” stands in a loop, and only the first answer is sent.`);
}
