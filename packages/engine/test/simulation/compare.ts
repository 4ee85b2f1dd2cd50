/** Holds a finished run against the model. */
import type { RunOutcome, StepRecord } from '../../src/index.ts';
import type { ModelRun, ModelStep } from './model.ts';

/** The end of a run that nothing ended early. */
const COMPLETE = 'succeeded ';

/** Everything in which a finished run and the model differ. */
export function differences(
  model: ModelRun,
  finished: { readonly outcome: RunOutcome; readonly records: readonly StepRecord[] },
): string[] {
  const { outcome, records } = finished;
  const found: string[] = [];
  const ends = [...model.ends.values()];
  const possible = new Set([...ends.map(({ end }) => end), ...(ends.some(({ isCertain }) => isCertain) ? [] : [COMPLETE])]);
  const end = endOf(outcome);
  if (!possible.has(end)) found.push(`it ended as “${end}”; possible: ${[...possible].join(', ')}`);
  for (const record of records) {
    const expected = model.steps.get(`${record.path}#${record.attempt}`);
    if (!expected) found.push(`${record.path}#${record.attempt} (${record.status}) should not be`);
    else if (describe(record) !== describe(expected))
      found.push(`${record.path}#${record.attempt} is ${describe(record)}, not ${describe(expected)}`);
  }
  if (end !== COMPLETE) return found;
  const seen = new Set(records.map(({ path, attempt }) => `${path}#${attempt}`));
  for (const [key, step] of model.steps) if (step.isCertain && !seen.has(key)) found.push(`${key} (${step.status}) is missing`);
  return found;
}

function endOf(outcome: RunOutcome): string {
  if (outcome.status === 'failed') return `failed ${outcome.nodeId ?? ''}`;
  return `${outcome.status} ${outcome.status === 'succeeded' || outcome.status === 'skipped' ? (outcome.reason ?? '') : ''}`;
}

function describe({ status, port, output }: Pick<ModelStep, 'status' | 'port' | 'output'>): string {
  return JSON.stringify({ status, port, output: sorted(withoutItemDetails(output)) });
}

/** Which of two parallel failures an item names, and which of its ends came last, is left open; so are times. */
function withoutItemDetails(output: unknown): unknown {
  if (typeof output === 'object' && output !== null && 'until' in output) return { ...output, until: undefined };
  if (typeof output !== 'object' || output === null || !('items' in output) || !Array.isArray(output.items)) return output;
  const failures = 'failures' in output && Array.isArray(output.failures) ? { failures: output.failures.map(inShort) } : {};
  return { ...output, items: output.items.map(inShort), ...failures };
}

/** Numbers are what a page that was read holds. */
function inShort(item: number | { readonly index: number; readonly ok: boolean }): unknown {
  return typeof item === 'number' ? item : { index: item.index, ok: item.ok };
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
