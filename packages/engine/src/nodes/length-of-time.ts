/** Lengths of time and times as expressions gave them, made into what a wait is due by. */
import { WeftError } from '@weft/errors';
import { durationMs, timeOf } from '@weft/workflow';
import type { Duration } from '@weft/workflow';
import type { WaitDue } from '../host.ts';

/** Nothing is waited for longer: what asks for more has a unit or a value mixed up. */
const LONGEST_MS = 3660 * 86_400_000;

/** When a wait of this length is over. Less than nothing is nothing. Throws `invalid` for what is no number, and for more than ten years. */
export function dueAfter(amount: unknown, unit: Duration['unit'], field: string): WaitDue {
  const number = typeof amount === 'string' && amount.trim() !== '' ? Number(amount) : amount;
  if (typeof number !== 'number' || !Number.isFinite(number))
    throw wrong(field, `${shown(amount)} is not a number of ${unit}`, 'Give a number.');
  const ms = Math.max(0, Math.round(durationMs(number, unit)));
  if (ms > LONGEST_MS) throw wrong(field, `${number} ${unit} is longer than ten years`, 'Check the number and its unit.');
  return { afterMs: ms };
}

/** The instant at which a wait is over. Throws `invalid` for what is no time, and for one more than ten years away. */
export function dueAt(time: unknown, now: number, field: string): WaitDue {
  const at = timeOf(time);
  if (at === undefined) throw wrong(field, `${shown(time)} is not a time`, 'Give one such as 2026-11-20T09:00:00Z.');
  if (at - now > LONGEST_MS) throw wrong(field, `${shown(time)} is more than ten years away`, 'Check where it comes from.');
  return { at };
}

function wrong(field: string, what: string, advice: string): WeftError {
  return new WeftError({ class: 'invalid', code: 'wrong_time', message: `${field}: ${what}. ${advice}` });
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  return typeof value === 'object' ? 'a list or an object' : `“${String(value).slice(0, 60)}”`;
}
