/** What a watch over changes keeps: how far it has come, and the highest id that there was. */
import { sweepCursorSchema } from '@weft/connector-kit';
import { z } from 'zod';
import type { CwRecord } from '../client.ts';

const cursorSchema = sweepCursorSchema(z.number()).extend({
  /** Highest id there was when the last whole sweep ended: what is above was created since. */
  maxId: z.number(),
  /** Highest id that the sweep in progress has met. */
  foundId: z.number().optional(),
  /** For "starts to meet": the records known to. */
  matching: z.string().optional(),
});

export type ChangeCursor = z.infer<typeof cursorSchema>;

/** Reads a stored cursor; undefined when there is none or it is of another form, which means "from now". */
export function readCursor(stored: unknown): ChangeCursor | undefined {
  const result = cursorSchema.safeParse(stored);
  return result.success ? result.data : undefined;
}

/** When a record was last changed, epoch milliseconds; 0 when it does not say. */
export function changedAt(record: CwRecord): number {
  const at = Date.parse(String((record['_info'] as { lastUpdated?: string } | undefined)?.lastUpdated ?? ''));
  return Number.isNaN(at) ? 0 : at;
}

/** When a record was created, where it says so (tickets do): tells one that became visible late, below a higher id. */
export function enteredAt(record: CwRecord): number {
  const at = Date.parse(String((record['_info'] as { dateEntered?: string } | undefined)?.dateEntered ?? record['dateEntered'] ?? ''));
  return Number.isNaN(at) ? 0 : at;
}
