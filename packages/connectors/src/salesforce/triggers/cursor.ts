/** What a watch over changes keeps: how far it has come, and for "starts to match" the records known to match. */
import { sweepCursorSchema } from '@weft/connector-kit';
import { z } from 'zod';

/** The version behind which the next page begins. */
const placeSchema = z.object({ stampMs: z.number(), id: z.string() });
export type Place = z.infer<typeof placeSchema>;

const cursorSchema = sweepCursorSchema(placeSchema).extend({ matching: z.string().optional() });
export type ChangeCursor = z.infer<typeof cursorSchema>;

/** Reads a stored cursor; undefined when there is none or it is of another form, which means "from now". */
export function readCursor(stored: unknown): ChangeCursor | undefined {
  const result = cursorSchema.safeParse(stored);
  return result.success ? result.data : undefined;
}
