import type { RespondNode } from '../document.ts';
import { ERROR, NEXT } from './kind.ts';
import type { KindShape, NodeFinding } from './kind.ts';

/** Who answers the request that starts a run: the ingress at once, the end of the run, or a respond node. */
export type AnswerMode = 'immediately' | 'atEnd' | 'custom';

/** How long a request waits for its answer when its trigger says nothing, and at most. Seconds. */
export const ANSWER_SECONDS = 30;
export const LONGEST_ANSWER_SECONDS = 300;

/** Headers that belong to the connection or to us, and such as would act on the address that our own pages have. */
const RESERVED_HEADERS = new Set([
  'connection',
  'content-length',
  'content-security-policy',
  'clear-site-data',
  'date',
  'keep-alive',
  'service-worker-allowed',
  'set-cookie',
  'strict-transport-security',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** How a trigger's settings say that its requests are answered. Undefined for triggers that no request starts. */
export function answerModeOf(trigger: {
  readonly connector: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}): AnswerMode | undefined {
  if (trigger.connector !== 'webhook' || trigger.operation !== 'received') return undefined;
  const { respond } = trigger.input;
  return respond === 'atEnd' || respond === 'custom' ? respond : 'immediately';
}

/** How long a request waits for the answer of its run, milliseconds. */
export function answerTimeoutMs(input: Readonly<Record<string, unknown>>): number {
  const seconds = Number(input['timeoutSeconds'] ?? ANSWER_SECONDS);
  return (Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_ANSWER_SECONDS) : ANSWER_SECONDS) * 1000;
}

/** Why a header cannot be sent, in words; undefined when it can. */
export function headerFault(name: string): string | undefined {
  if (!HEADER_NAME.test(name)) return `“${name}” is no name of a header.`;
  return RESERVED_HEADERS.has(name.toLowerCase()) ? `The header “${name}” is not for a workflow to set.` : undefined;
}

export const respondShape: KindShape<RespondNode> = {
  title: () => 'Respond to the request',
  summary: ({ status }) => (typeof status === 'number' ? `Status ${status}` : 'Status from the data'),
  ports: () => [NEXT, ERROR],
  resolved: ({ status, headers, body }) => [
    { path: 'status', value: status },
    { path: 'headers', value: headers },
    ...(body === undefined ? [] : [{ path: 'body', value: body }]),
  ],
  check: ({ headers }) =>
    Object.keys(typeof headers === 'string' ? {} : headers).flatMap((name): NodeFinding[] => {
      const fault = headerFault(name);
      return fault === undefined ? [] : [{ severity: 'error', path: `headers.${name}`, code: 'header_refused', message: fault }];
    }),
};
