import type { WaitNode } from '../document.ts';
import { checkDuration, durationWords } from './duration.ts';
import { ERROR, NEXT } from './kind.ts';
import type { KindShape, NodeFinding } from './kind.ts';

/** Port of a wait whose event did not come in time. */
export const TIMEOUT = 'timeout';

export const waitShape: KindShape<WaitNode> = {
  title: (node) => {
    if (node.mode === 'event') return 'Wait for a call back';
    if (node.mode === 'time') return 'Wait until a time';
    return node.duration === undefined ? 'Wait' : `Wait ${durationWords(node.duration)}`;
  },
  summary: (node) => {
    if (node.mode !== 'event') return 'The run stands still, nothing is held';
    return node.timeout === undefined ? 'until its address is called' : `for ${durationWords(node.timeout)} at most`;
  },
  ports: (node) =>
    node.mode === 'event' && node.timeout !== undefined
      ? [{ ...NEXT, label: 'Answered' }, { id: TIMEOUT, label: 'Not in time', kind: 'otherwise' }, ERROR]
      : [NEXT, ERROR],
  resolved: (node) => {
    if (node.mode === 'duration') return node.duration === undefined ? [] : [{ path: 'duration.amount', value: node.duration.amount }];
    if (node.mode === 'time') return [{ path: 'time', value: node.time }];
    return node.timeout === undefined ? [] : [{ path: 'timeout.amount', value: node.timeout.amount }];
  },
  check: (node) => {
    if (node.mode === 'duration') return checkDuration(node.duration, 'duration', 'it waits');
    if (node.mode === 'event') return node.timeout === undefined ? [] : checkDuration(node.timeout, 'timeout', 'it waits at most');
    return checkTime(node);
  },
};

function checkTime({ time }: WaitNode): NodeFinding[] {
  if (time === undefined || time === null || time === '')
    return [{ severity: 'error', path: 'time', code: 'no_time', message: 'Say until when it waits.' }];
  if (typeof time === 'string' && time.includes('{{')) return [];
  if (timeOf(time) !== undefined) return [];
  return [
    {
      severity: 'error',
      path: 'time',
      code: 'wrong_time',
      message: `${JSON.stringify(time)} is not a time; write one such as 2026-11-20T09:00:00Z, or insert a value.`,
    },
  ];
}

const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** A time as epoch milliseconds: ISO text (without a zone it counts as UTC) or epoch milliseconds; undefined for anything else. */
export function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) <= 8.64e15 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const match = ISO.exec(text);
  if (!match) return undefined;
  const at = Date.parse(text.length > 10 && match[1] === undefined ? `${text.replace(' ', 'T')}Z` : text.replace(' ', 'T'));
  return Number.isNaN(at) ? undefined : at;
}
