/** What a workflow that others call declares: its fields, and what they make of the values they are given. */
import { z } from 'zod';
import { idSchema } from '../document.ts';
import type { JsonValue } from '../document.ts';
import { timeOf } from './wait.ts';

/** One field that callers fill in; read as `trigger.<name>`. */
export const callFieldSchema = z.strictObject({
  name: idSchema,
  label: z.string().max(80).default(''),
  type: z.enum(['text', 'number', 'boolean', 'time', 'list', 'object', 'any']).default('text'),
  /** A table in a form holds texts only, hence yes and no. */
  required: z.union([z.boolean(), z.enum(['yes', 'no']).transform((word) => word === 'yes')]).default(false),
});

/** One field that callers fill in. */
export type CallField = z.infer<typeof callFieldSchema>;

/** As much of a trigger node as tells whether others can call it. */
interface Trigger {
  readonly connector: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Whether a trigger starts a run when another workflow calls it. */
export function isCalledTrigger(trigger: Pick<Trigger, 'connector' | 'operation'>): boolean {
  return trigger.connector === 'workflow' && trigger.operation === 'called';
}

/** Whether a trigger starts a run when a run of another workflow failed. */
export function isRunFailedTrigger(trigger: Pick<Trigger, 'connector' | 'operation'>): boolean {
  return trigger.connector === 'workflow' && trigger.operation === 'runFailed';
}

/** The fields that a called trigger declares; those that are malformed are left out. Undefined for other triggers. */
export function callFieldsOf(trigger: Trigger): CallField[] | undefined {
  if (!isCalledTrigger(trigger)) return undefined;
  const { fields } = trigger.input;
  return (Array.isArray(fields) ? fields : []).flatMap((field) => callFieldSchema.safeParse(field).data ?? []);
}

/** One value that does not fit its field. */
export interface CallIssue {
  readonly field: string;
  readonly message: string;
}

/** Values as their fields declare them, or what does not fit. Text that reads as a number or as true or false is taken as such. */
export function readCallInput(
  fields: readonly CallField[],
  input: Readonly<Record<string, unknown>>,
): { readonly values: Record<string, JsonValue>; readonly issues: readonly CallIssue[] } {
  const values: Record<string, JsonValue> = {};
  const issues: CallIssue[] = [];
  for (const field of fields) {
    const given = Object.hasOwn(input, field.name) ? input[field.name] : undefined;
    const name = field.label === '' ? field.name : field.label;
    if (given === undefined || given === null || (given === '' && field.type !== 'text')) {
      values[field.name] = null;
      if (field.required) issues.push({ field: field.name, message: `“${name}” is required and was not given.` });
      continue;
    }
    const value = READERS[field.type](given);
    if (value === undefined)
      issues.push({ field: field.name, message: `“${name}” has to be ${WORDS[field.type]}; it was ${shown(given)}.` });
    else values[field.name] = value;
  }
  return { values, issues };
}

type FieldType = CallField['type'];

const WORDS: Readonly<Record<FieldType, string>> = {
  text: 'a text',
  number: 'a number',
  boolean: 'true or false',
  time: 'a time',
  list: 'a list',
  object: 'an object',
  any: 'a value',
};

/** Values come from JSON: whatever fits is JSON too. */
const READERS: Readonly<Record<FieldType, (given: unknown) => JsonValue | undefined>> = {
  text: (given) => (typeof given === 'object' ? undefined : String(given)),
  number: (given) => {
    const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  },
  boolean: (given) => (given === 'true' ? true : given === 'false' ? false : typeof given === 'boolean' ? given : undefined),
  time: (given) => {
    const at = timeOf(given);
    return at === undefined ? undefined : typeof given === 'string' ? given : new Date(at).toISOString();
  },
  list: (given) => (Array.isArray(given) ? (given as JsonValue) : undefined),
  object: (given) => (typeof given === 'object' && !Array.isArray(given) ? (given as JsonValue) : undefined),
  any: (given) => given as JsonValue,
};

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : JSON.stringify(value).slice(0, 60);
}
