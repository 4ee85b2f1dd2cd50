/** The review node: a question to a person, whose answer is a port. */
import { WeftError } from '@weft/errors';
import { EXPIRED } from '@weft/workflow';
import type { ReviewNode } from '@weft/workflow';
import type { CompiledNode } from '../compile.ts';
import type { WaitRequest } from '../host.ts';
import { asObject, asText } from '../plain.ts';
import type { WaitEnd } from './await-answer.ts';
import { dueAfter } from './length-of-time.ts';
import type { Resolve } from './map.ts';

/** What a person is asked. Throws `invalid` for a deadline that is no length of time. */
export async function reviewRequest(
  { node }: CompiledNode<ReviewNode>,
  step: { readonly path: string; readonly resolve: Resolve },
): Promise<WaitRequest> {
  const [subject, details, amount, ...facts] = await Promise.all([
    step.resolve('subject'),
    step.resolve('details'),
    node.deadline === undefined ? undefined : step.resolve('deadline.amount'),
    ...node.facts.map((_, index) => step.resolve(`facts.${index}.value`)),
  ]);
  return {
    path: step.path,
    nodeId: node.id,
    kind: 'review',
    question: {
      subject: asText(subject),
      details: asText(details),
      facts: node.facts.map(({ label }, index) => ({ label, value: facts[index] ?? null })),
      choices: node.choices.map(({ port, label }) => ({ port, label })),
      comment: node.comment,
      role: node.role,
    },
    ...(node.deadline === undefined ? {} : { due: dueAfter(amount, node.deadline.unit, 'Deadline') }),
  };
}

/** What the node gives when somebody has decided, or nobody has in time. Throws for a choice that the node does not offer. */
export function reviewResult(node: ReviewNode, end: WaitEnd): { readonly port: string; readonly output: unknown } {
  if (end.state === 'due') return { port: EXPIRED, output: { choice: EXPIRED, until: new Date(end.dueAt).toISOString() } };
  const answer = asObject(end.answer);
  const choice = node.choices.find(({ port }) => port === answer['choice']);
  if (choice) return { port: choice.port, output: { ...answer, label: choice.label } };
  throw new WeftError({
    class: 'bug',
    code: 'unknown_choice',
    message: `The answer “${asText(answer['choice'])}” is none of the choices of “${node.id}”.`,
  });
}
