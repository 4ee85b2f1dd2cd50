/** Where a trigger that watches changes begins when its workflow is switched on for the first time. */
import { z } from 'zod';
import type { PropertyInfo } from './property.ts';
import { OVERLAP_MS } from './sweep-cursor.ts';

/** Its properties, for the end of a trigger's list. */
export const startFromProperties: readonly PropertyInfo[] = [
  {
    name: 'startFrom',
    label: 'Begin with',
    required: false,
    kind: 'select',
    initial: 'now',
    advanced: true,
    help: 'Counts when the workflow is switched on for the first time, or begins to watch something else.',
    choices: [
      { value: 'now', label: 'what changes from now on' },
      { value: 'date', label: 'what changed since a day' },
      { value: 'everything', label: 'everything there is' },
    ],
  },
  {
    name: 'startDate',
    label: 'Since',
    required: false,
    kind: 'dateTime',
    advanced: true,
    shownWhen: { property: 'startFrom', is: ['date'] },
    placeholder: '2026-01-01T00:00:00Z',
  },
];

/** Their part of a trigger's input. */
export const startFromInput = {
  startFrom: z.enum(['now', 'date', 'everything']).default('now'),
  startDate: z.iso.datetime({ offset: true, local: true }).or(z.iso.date()).optional(),
};

/** The time that everything began at: no vendor has records from before. */
const FIRST_MS = Date.UTC(1980, 0, 1);

/**
 * The `since` of a sweep's cursor that begins in the past; undefined begins now. Given a day and no day named, it is now, too.
 */
export function sinceOf(input: {
  readonly startFrom: 'now' | 'date' | 'everything';
  readonly startDate?: string | undefined;
}): number | undefined {
  // A sweep begins so much earlier, for what becomes visible late.
  if (input.startFrom === 'everything') return FIRST_MS + OVERLAP_MS;
  return input.startFrom === 'date' && input.startDate !== undefined ? Date.parse(input.startDate) + OVERLAP_MS : undefined;
}
