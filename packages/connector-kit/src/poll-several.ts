/** One trigger over several objects: each is polled by itself, their cursors are kept side by side. */
import { z } from 'zod';
import type { CallContext, OperationDefinition, PollResult, PollTriggerDefinition, TriggerEvent } from './connector.ts';

const cursorSchema = z.record(z.string(), z.unknown());

/** Polls a trigger that watches one `object` for each of several; an object that is new among them begins from now. */
export async function pollSeveral(
  trigger: OperationDefinition,
  context: CallContext,
  watch: { readonly objects: readonly string[]; readonly cursor: unknown },
): Promise<PollResult> {
  const before = cursorSchema.safeParse(watch.cursor).data ?? {};
  const events: TriggerEvent[] = [];
  const cursor: Record<string, unknown> = {};
  let hasMore = false;
  for (const object of watch.objects) {
    const { trigger: one, input } = watching(trigger, object);
    const polled = await one.poll(context, input, before[object]);
    events.push(...polled.events);
    cursor[object] = polled.cursor;
    hasMore ||= polled.hasMore === true;
  }
  return { events, cursor, hasMore };
}

/** A few payloads of each object. */
export async function examplesOfSeveral(
  trigger: OperationDefinition,
  context: CallContext,
  objects: readonly string[],
): Promise<readonly unknown[]> {
  const examples: unknown[] = [];
  for (const object of objects) {
    const { trigger: one, input } = watching(trigger, object);
    examples.push(...(await one.examples(context, input)).slice(0, 3));
  }
  return examples;
}

/** The input's type is only known to the trigger itself, which parses it. */
function watching(trigger: OperationDefinition, object: string): { trigger: PollTriggerDefinition; input: never } {
  if (trigger.kind !== 'trigger' || trigger.mode !== 'poll') throw new TypeError(`"${trigger.id}" does not poll.`);
  return { trigger, input: (trigger.input as z.ZodType<unknown>).parse({ object }) as never };
}
