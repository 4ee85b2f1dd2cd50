/** Creating and changing records, common to the plain and the composed operations. */
import { WeftError, doNotRetry, isWeftError, sha256Hex, type ActionContext } from '@weft/connector-kit';
import { openConnectWise, type CwRecord } from './client.ts';
import { buildFilter, type Condition } from './conditions.ts';
import { overlayCustomFields, splitCustomFields } from './custom-fields.ts';
import { communicationType, customFieldDefinitions } from './lookups.ts';
import { OBJECTS, type ObjectInfo } from './objects.ts';
import type { CommunicationItem } from './patch.ts';
import { buildPatch } from './patch.ts';
import { withReferences } from './references.ts';

/** Characters of an e-mail address, phone or fax number (vendor OpenAPI 2025.1, ContactCommunication.value). */
const COMMUNICATION_LENGTH = 250;

/** Records that meet all conditions, at most `limit`. */
export async function findBy(
  context: ActionContext,
  object: ObjectInfo,
  rows: readonly Condition[],
  limit = 10,
): Promise<readonly CwRecord[]> {
  return openConnectWise(context).page(object.path, { ...buildFilter(rows), orderBy: 'id asc' }, { pageSize: limit });
}

/** The only record of a list, undefined when it is empty. Several are a conflict, for nobody may guess. */
export function theOne(records: readonly CwRecord[], what: string): CwRecord | undefined {
  if (records.length <= 1) return records[0];
  const named = records.slice(0, 5).map((record) => `${nameOf(record)} (id ${record.id})`);
  throw new WeftError({
    class: 'conflict',
    code: 'ambiguous_match',
    message: `${records.length} ConnectWise records match ${what}: ${named.join(', ')}. Merge them or make the match more precise.`,
    detail: { candidates: records.map((record) => ({ id: record.id, name: nameOf(record) })) },
  });
}

/** What a record is called by people. */
export function nameOf(record: CwRecord): string {
  const person = [record['firstName'], record['lastName']].filter((part) => typeof part === 'string').join(' ');
  return String(record['name'] ?? record['summary'] ?? (person === '' ? record.id : person));
}

/** A record that has no id yet, as messages name it: `Company "Acme"`. */
export function subjectOf(object: ObjectInfo, record: Readonly<Record<string, unknown>>): string {
  const person = [record['firstName'], record['lastName']].filter((part) => typeof part === 'string').join(' ');
  const name = [record['name'], record['summary'], person].find((part) => typeof part === 'string' && part.trim() !== '');
  return name === undefined ? `the ${object.label}` : `${object.label} "${String(name).slice(0, 80)}"`;
}

/** Creates a record; references may be scalars, custom fields captions, and a contact's e-mail and phone plain members. */
export async function create(context: ActionContext, object: ObjectInfo, record: Readonly<Record<string, unknown>>): Promise<CwRecord> {
  const { fields, custom } = splitCustomFields(record);
  const body = withoutRemovals(await prepared(context, object, fields));
  const cw = openConnectWise(context);
  const subject = subjectOf(object, record);
  if (custom.size === 0) return cw.post(object.path, body, subject);
  const definitions = await customFieldDefinitions(context, object);
  if (definitions.length > 0) {
    const wanted = overlayCustomFields(definitions, custom).filter((field) => field.value !== null);
    return cw.post(object.path, { ...body, customFields: wanted }, subject);
  }
  // The very first record of its kind: only its answer tells which custom fields there are.
  const created = await cw.post(object.path, body, subject);
  return change(context, object, created, { customFields: record['customFields'], ...onlyCustomMembers(record) });
}

/** A new record has nothing that could be taken away. */
function withoutRemovals(body: Record<string, unknown>): Record<string, unknown> {
  const { communicationItems: items, ...rest } = body;
  if (!Array.isArray(items)) return body;
  const kept = (items as CommunicationItem[]).filter(({ value }) => value !== null);
  return kept.length === 0 ? rest : { ...rest, communicationItems: kept };
}

function onlyCustomMembers(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => /^customField:/i.test(name)));
}

/** Changes a record that was just read; gives it unchanged, without a call, when nothing would change. */
export async function change(
  context: ActionContext,
  object: ObjectInfo,
  current: CwRecord,
  changes: Readonly<Record<string, unknown>>,
): Promise<CwRecord> {
  const operations = buildPatch(current, await prepared(context, object, changes));
  return operations.length === 0 ? current : openConnectWise(context).patch(`${object.path}/${current.id}`, operations);
}

/** A record as the server takes it. */
async function prepared(
  context: ActionContext,
  object: ObjectInfo,
  record: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { id: _id, _info, ...fields } = withReferences(record, object.scalars);
  return object.id === 'contact' ? withCommunication(context, fields) : fields;
}

const KINDS = { email: 'Email', phone: 'Phone', fax: 'Fax' } as const;

/** Turns `email`, `phone` and `fax` of a contact into communication items of the tenant's types; null takes one away, blank is nothing. */
async function withCommunication(context: ActionContext, record: Record<string, unknown>): Promise<Record<string, unknown>> {
  const { email, phone, fax, ...rest } = record;
  const items: CommunicationItem[] = [];
  for (const [kind, value] of [
    ['email', email],
    ['phone', phone],
    ['fax', fax],
  ] as const) {
    if (value === null) items.push({ communicationType: KINDS[kind], value: null, defaultFlag: true });
    if (typeof value !== 'string' || value.trim() === '') continue;
    const plain = value.trim().replace(/\s*[\r\n]\s*/g, ' ');
    if (plain.length > COMMUNICATION_LENGTH)
      throw doNotRetry(`${subjectOf(OBJECTS.contact, record)}, field ${kind}: is longer than ${COMMUNICATION_LENGTH} characters.`, {
        code: 'value_malformed',
        issues: [{ path: `record.${kind}`, message: `is longer than ${COMMUNICATION_LENGTH} characters` }],
      });
    const type = await communicationType(context, kind);
    if (type === undefined)
      throw new WeftError({
        class: 'invalid',
        code: 'communication_type_missing',
        message: `ConnectWise has no communication type for ${kind}. An administrator adds one under Setup Tables › Communication Types.`,
      });
    items.push({
      type,
      value: plain,
      defaultFlag: true,
      communicationType: KINDS[kind],
    });
  }
  const given = Array.isArray(rest['communicationItems']) ? (rest['communicationItems'] as CommunicationItem[]) : [];
  return items.length === 0 ? rest : { ...rest, communicationItems: [...given, ...items] };
}

/** Our own mark on a ticket that brings none: by it an earlier attempt is found again. */
export function ticketMark(context: ActionContext): string {
  return `weft:${context.idempotencyKey.length <= 90 ? context.idempotencyKey : sha256Hex(context.idempotencyKey)}`;
}

/** Whether an error says that this identifier is taken. */
export function isIdentifierTaken(error: unknown): boolean {
  return isWeftError(error) && error.code === 'already_exists' && (error.issues ?? []).some((issue) => /identifier/i.test(issue.path));
}
