/** What an org says of its objects and fields, kept for a while per connection. */
import { WeftError, isWeftError, type CallContext, type Choice, type RecordField } from '@weft/connector-kit';
import { openSalesforce } from './client.ts';
import { soqlName } from './soql.ts';
import { connectionOf } from './token.ts';

/** Administrators add fields while people build workflows: what is kept must not grow old. */
const KEEP_MS = 60_000;

/** The parts of a describe that are used. */
export interface SalesforceField {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly length: number;
  readonly nillable: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly defaultedOnCreate: boolean;
  readonly custom: boolean;
  readonly externalId: boolean;
  readonly unique?: boolean;
  readonly nameField?: boolean;
  readonly restrictedPicklist?: boolean;
  readonly referenceTo?: readonly string[];
  readonly relationshipName?: string | null;
  readonly inlineHelpText?: string | null;
  readonly picklistValues: readonly { value: string; label: string | null; active: boolean }[];
}

interface ObjectEntry {
  readonly name: string;
  readonly label: string;
  readonly custom: boolean;
  readonly queryable: boolean;
  readonly createable: boolean;
}

async function kept<T>(context: CallContext, key: string, ask: () => Promise<T>): Promise<T> {
  const { session, refreshOnce } = connectionOf(context);
  const entry = session.get(key) as { value: T; until: number } | undefined;
  if (entry !== undefined && entry.until > context.now()) return entry.value;
  return refreshOnce(key, async () => {
    const value = await ask();
    session.set(key, { value, until: context.now() + KEEP_MS });
    return value;
  });
}

/** The fields of an object. Throws `notFound` when the org has no such object or the user may not see it. */
export function describeFields(context: CallContext, object: string): Promise<readonly SalesforceField[]> {
  const name = soqlName(object);
  return kept(context, `describe:${name}`, async () => {
    const salesforce = await openSalesforce(context);
    const described = await salesforce
      .run((connection) => connection.describe(name), `the fields of ${name}`)
      .catch((error: unknown) => {
        throw isWeftError(error) && error.class === 'notFound' ? unknownObject(name, error) : error;
      });
    return described.fields as unknown as readonly SalesforceField[];
  });
}

function unknownObject(name: string, error: WeftError): WeftError {
  return new WeftError({
    class: 'notFound',
    code: error.code,
    message: `Salesforce has no object "${name}", or the integration user may not see it.`,
    detail: { said: error.message },
    cause: error,
  });
}

/** The type of each field, for writing literals. */
export async function fieldTypes(context: CallContext, object: string): Promise<(field: string) => string | undefined> {
  const fields = await describeFields(context, object);
  const types = new Map(fields.map((field) => [field.name.toLowerCase(), field.type]));
  return (field) => types.get(field.toLowerCase());
}

/** The objects of the org, standard ones first. */
export function describeObjects(context: CallContext): Promise<readonly Choice[]> {
  return kept(context, 'objects', async () => {
    const salesforce = await openSalesforce(context);
    const described = await salesforce.run((connection) => connection.describeGlobal(), 'the list of objects');
    const entries = described.sobjects as unknown as readonly ObjectEntry[];
    return entries
      .filter((entry) => entry.queryable && entry.createable)
      .sort((a, b) => Number(a.custom) - Number(b.custom) || a.label.localeCompare(b.label))
      .map((entry) => ({ value: entry.name, label: entry.label, ...(entry.label === entry.name ? {} : { hint: entry.name }) }));
  });
}

const TYPES: Readonly<Record<string, RecordField['type']>> = {
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  double: 'number',
  currency: 'number',
  percent: 'number',
  date: 'date',
  datetime: 'dateTime',
  textarea: 'longText',
  picklist: 'select',
  multipicklist: 'select',
  combobox: 'select',
  reference: 'reference',
  id: 'reference',
  address: 'object',
  location: 'object',
};

/** A field as the mapper shows it. Required is what a create needs: `createable && !nillable && !defaultedOnCreate`. */
export function toRecordField(field: SalesforceField): RecordField {
  const choices = (field.picklistValues ?? [])
    .filter((value) => value.active)
    .map((value) => ({ value: value.value, label: value.label ?? value.value }));
  return {
    name: field.name,
    label: field.label,
    type: TYPES[field.type] ?? 'text',
    // A checkbox is never null, yet never asked for either: it is false when not given.
    required: field.createable && !field.nillable && !field.defaultedOnCreate && field.type !== 'boolean',
    ...(field.createable || field.updateable ? {} : { readOnly: true }),
    ...(field.custom ? { custom: true } : {}),
    ...(field.externalId ? { externalId: true } : {}),
    ...(field.length > 0 && field.type !== 'id' && field.type !== 'reference' ? { maxLength: field.length } : {}),
    ...(choices.length > 0 ? { choices } : {}),
    ...(choices.length > 0 && field.restrictedPicklist === true ? { restricted: true } : {}),
    ...(field.referenceTo !== undefined && field.referenceTo.length > 0 ? { references: field.referenceTo, searched: true } : {}),
    ...(field.inlineHelpText ? { help: field.inlineHelpText } : {}),
  };
}

/** The fields of an object for mapping: required first, then by label. */
export async function recordFields(context: CallContext, object: string): Promise<readonly RecordField[]> {
  const fields = (await describeFields(context, object)).map(toRecordField);
  return fields.sort((a, b) => Number(b.required) - Number(a.required) || a.label.localeCompare(b.label));
}
