/** In what a replay differs from the history that was fed to it, in sentences that name the step. */
import type { RunOutcome, StepRecord } from '../../src/index.ts';
import type { History } from './history.ts';
import { replay } from './replay.ts';
import type { Replayed } from './replay.ts';

/** Everything in which the interpreter departs from a history, replayed whole and from behind each of its records. */
export async function departures(history: History): Promise<string[]> {
  const found: string[] = [];
  for (let cut = 0; cut <= history.records.length; cut += 1) {
    const last = history.records[cut - 1];
    const where = last ? `resumed behind ${last.path}#${last.attempt} (${cut} records)` : 'from its start';
    found.push(...differences(history, cut, await replay(history, cut)).map((text) => `${where}: ${text}`));
  }
  return found;
}

function differences(history: History, cut: number, replayed: Replayed): string[] {
  const found = [...askDifferences(history.asked[cut] ?? [], replayed), ...recordDifferences(history, cut, replayed)];
  if (replayed.strayed !== undefined) return found;
  const [end, was] = [JSON.stringify(endOf(replayed.outcome)), JSON.stringify(endOf(history.outcome))];
  return end === was ? found : [...found, `it ended as ${end}; recorded was ${was}`];
}

function askDifferences(recorded: readonly string[], { asked, strayed }: Replayed): string[] {
  const at = Array.from({ length: Math.max(recorded.length, asked.length) }, (_, index) => index).find(
    (index) => recorded[index] !== asked[index],
  );
  if (at === undefined) return strayed === undefined ? [] : [`it asked for ${strayed}`];
  return [`ask ${at + 1} was “${asked[at] ?? 'nothing more'}”; recorded is “${recorded[at] ?? 'nothing more'}”`];
}

/**
 * A whole replay makes the same records in the same order; a resumed one the same, some of them at another place, and with
 * more doubt, for the worker before may have been at an attempt.
 */
function recordDifferences(history: History, cut: number, { records, strayed }: Replayed): string[] {
  const recorded = new Map(history.records.map((record) => [keyOf(record), record]));
  const made = new Map(records.map((record) => [keyOf(record), record]));
  const found: string[] = [];
  if (made.size < records.length) found.push('a step was recorded twice');
  for (const [key, record] of made) {
    const was = recorded.get(key);
    if (!was) found.push(`${key} is ${record.status}; the history does not know it`);
    else found.push(...memberDifferences(key, record, cut > 0 && record.outcomeUnknown ? { ...was, outcomeUnknown: true } : was));
  }
  // What a replay that was left has not come to says nothing.
  if (strayed !== undefined) return found;
  for (const [key, { status }] of recorded) if (!made.has(key)) found.push(`${key} is missing; recorded as ${status}`);
  const [order, was] = [[...made.keys()].join(' '), [...recorded.keys()].join(' ')];
  if (cut === 0 && found.length === 0 && order !== was) found.push(`the order of its steps was ${order}; recorded is ${was}`);
  return found;
}

/** Members by which what follows is decided. Times and the wording of errors are not. */
const MEMBERS = ['nodeId', 'status', 'port', 'input', 'output', 'stopReason', 'outcomeUnknown', 'console'] as const;

function memberDifferences(key: string, record: StepRecord, was: StepRecord): string[] {
  const found: string[] = MEMBERS.flatMap((member) => {
    const [now, then] = [textOf(record[member]), textOf(was[member])];
    return now === then ? [] : [`${key}: its ${member} is ${now}; recorded was ${then}`];
  });
  const [error, wasError] = [kindOf(record.error), kindOf(was.error)];
  return error === wasError ? found : [...found, `${key}: its error is ${error}; recorded was ${wasError}`];
}

function endOf(outcome: RunOutcome | undefined): unknown {
  if (outcome?.status !== 'failed') return outcome;
  return { status: outcome.status, error: kindOf(outcome.error), nodeId: outcome.nodeId };
}

function kindOf(error: StepRecord['error']): string {
  return error ? `${error.class} ${error.code}` : 'none';
}

function keyOf({ path, attempt }: StepRecord): string {
  return `${path}#${attempt}`;
}

function textOf(value: unknown): string {
  return JSON.stringify(value) ?? 'absent';
}
