import type { ReviewNode } from '../document.ts';
import { checkDuration, durationWords } from './duration.ts';
import { ERROR } from './kind.ts';
import type { KindShape, NodeFinding } from './kind.ts';

/** Port of a review that nobody decided in time. */
export const EXPIRED = 'expired';

export const reviewShape: KindShape<ReviewNode> = {
  title: (node) => (node.subject !== '' && !node.subject.includes('{{') ? node.subject : 'Ask for a decision'),
  summary: (node) => (node.deadline === undefined ? 'A person decides' : `A person decides within ${durationWords(node.deadline)}`),
  ports: (node) => [
    ...node.choices.map(({ port, label }) => ({ id: port, label, kind: 'case' as const })),
    ...(node.deadline === undefined ? [] : [{ id: EXPIRED, label: 'Not in time', kind: 'otherwise' } as const]),
    ERROR,
  ],
  resolved: (node) => [
    { path: 'subject', value: node.subject },
    { path: 'details', value: node.details },
    ...node.facts.map(({ value }, index) => ({ path: `facts.${index}.value`, value })),
    ...(node.deadline === undefined ? [] : [{ path: 'deadline.amount', value: node.deadline.amount }]),
  ],
  check: (node) => [
    ...(node.subject.trim() === ''
      ? [{ severity: 'error' as const, path: 'subject', code: 'no_question', message: 'Write what is to be decided.' }]
      : []),
    ...doublePorts(node),
    ...(node.deadline === undefined ? [] : checkDuration(node.deadline, 'deadline', 'there is to decide')),
  ],
};

function doublePorts(node: ReviewNode): NodeFinding[] {
  const seen = new Set(['next', 'error', EXPIRED]);
  return node.choices.flatMap(({ port }, index) => {
    if (!seen.has(port)) {
      seen.add(port);
      return [];
    }
    return [
      {
        severity: 'error' as const,
        path: `choices.${index}.port`,
        code: 'double_port',
        message: `The port “${port}” is taken already; every choice needs its own.`,
      },
    ];
  });
}
