import { WeftError, integer, optional, text, type CallContext, type KeyValueStore, type PropertyInfo } from '@weft/connector-kit';

const MINUTE_MS = 60_000;

export const keyProperty = {
  name: 'key',
  label: 'Key',
  required: true,
  kind: 'text',
  maxLength: 300,
  placeholder: 'lead:{{ trigger.record.Id }}',
  help: 'Shared by all workflows of the workspace: begin it with what it is about.',
} as const satisfies PropertyInfo;
export const forgetProperty = {
  name: 'forgetAfterMinutes',
  label: 'Forget after (minutes)',
  required: false,
  kind: 'number',
  help: 'Empty keeps it for good.',
} as const satisfies PropertyInfo;

export const keyInput = text({ max: 300 });
export const forgetInput = optional(integer({ min: 1, max: 5_256_000 }));

/** Time to live of a form's minutes, milliseconds. */
export function ttlOf(minutes: number | undefined): number | undefined {
  return minutes === undefined ? undefined : minutes * MINUTE_MS;
}

/** The workspace's values. Throws `bug` where a call has none: only running workflows have. */
export function storeOf(context: CallContext): KeyValueStore {
  if (context.store === undefined)
    throw new WeftError({ class: 'bug', code: 'store_missing', message: 'Stored values are only there while a workflow runs.' });
  return context.store;
}
