/** The records a look-up field may point to, searched by what people call them, a page at a time. */
import type { CallContext, Choice, ChoicePage, FieldValuesRequest } from '@weft/connector-kit';
import { openSalesforce, type Salesforce } from './client.ts';
import { describeFields } from './describe.ts';
import { soqlCondition, soqlName, soqlString } from './soql.ts';

const PAGE_SIZE = 50;
/** SOQL skips no more than this; whoever looks further is better served by typing. */
const MOST_SKIPPED = 2000;

/** What narrows the records of an object that many fields point to. */
const OFFERED: Readonly<Record<string, string>> = { User: 'IsActive = true', Group: "Type = 'Queue'" };

/** Values of a reference: its records by name, those of several objects one object after the other. */
export async function salesforceFieldValues(context: CallContext, request: FieldValuesRequest): Promise<ChoicePage> {
  const fields = await describeFields(context, request.object);
  const field = fields.find((one) => one.name.toLowerCase() === request.field.toLowerCase());
  const targets = field?.referenceTo ?? [];
  const { target = 0, skip = 0 } = readPage(request.page);
  const object = targets[target];
  if (object === undefined) return { choices: [] };
  const salesforce = await openSalesforce(context);
  const found = await namedRecords(context, salesforce, { object, skip, search: request.search?.trim() ?? '' });
  const choices = targets.length === 1 ? found : found.map((choice) => ({ ...choice, hint: choice.hint ?? object }));
  const next = nextPage({ target, skip, isFull: found.length === PAGE_SIZE, isLast: target === targets.length - 1 });
  const chosen = request.page === undefined && !request.search ? await chosenRecord(context, salesforce, targets, request) : undefined;
  const withChosen = chosen === undefined || choices.some(({ value }) => value === chosen.value) ? choices : [chosen, ...choices];
  return { choices: withChosen, ...(next === undefined ? {} : { next }) };
}

function readPage(page: string | undefined): { target?: number; skip?: number } {
  const match = /^(\d{1,3}):(\d{1,6})$/.exec(page ?? '');
  return match === null ? {} : { target: Number(match[1]), skip: Number(match[2]) };
}

function nextPage(at: { target: number; skip: number; isFull: boolean; isLast: boolean }): string | undefined {
  if (at.isFull && at.skip + PAGE_SIZE <= MOST_SKIPPED) return `${at.target}:${at.skip + PAGE_SIZE}`;
  return at.isLast ? undefined : `${at.target + 1}:0`;
}

/** The field by which people know the records of an object. */
async function nameFieldOf(context: CallContext, object: string): Promise<string> {
  const fields = await describeFields(context, object);
  return fields.find((field) => field.nameField === true)?.name ?? (fields.some((field) => field.name === 'Name') ? 'Name' : 'Id');
}

async function namedRecords(
  context: CallContext,
  salesforce: Salesforce,
  { object, skip, search }: { object: string; skip: number; search: string },
): Promise<Choice[]> {
  const name = await nameFieldOf(context, object);
  const conditions = [
    ...(OFFERED[object] === undefined ? [] : [OFFERED[object]]),
    ...(search === '' ? [] : [searchCondition(name, search)]),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const soql = `SELECT ${shownOf(object, name)} FROM ${soqlName(object)}${where} ORDER BY ${name}, Id LIMIT ${PAGE_SIZE} OFFSET ${skip}`;
  const { records } = await salesforce.run((connection) => connection.query<Record<string, unknown>>(soql));
  return records.map((record) => toChoice(record, name));
}

/** An id is found as well as a name: it is what the field holds. */
function searchCondition(name: string, search: string): string {
  const byName = soqlCondition({ field: name, operator: 'contains', value: search }, () => undefined);
  return /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(search) ? `(${byName} OR Id = ${soqlString(search)})` : byName;
}

/** The record that is chosen already, so that it can be shown by its name. */
async function chosenRecord(
  context: CallContext,
  salesforce: Salesforce,
  targets: readonly string[],
  request: FieldValuesRequest,
): Promise<Choice | undefined> {
  const id = request.record[request.field];
  if (typeof id !== 'string' || !/^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(id)) return undefined;
  for (const object of targetsOf(targets, id)) {
    const name = await nameFieldOf(context, object);
    const soql = `SELECT ${shownOf(object, name)} FROM ${soqlName(object)} WHERE Id = ${soqlString(id)} LIMIT 1`;
    const { records } = await salesforce.run((connection) => connection.query<Record<string, unknown>>(soql));
    const [record] = records;
    // Compared with what the field holds, which may be the short form.
    if (record !== undefined) return { ...toChoice(record, name), value: id };
  }
  return undefined;
}

/** Ids begin with three characters that tell their object, of the standard ones at least. */
function targetsOf(targets: readonly string[], id: string): readonly string[] {
  const object = PREFIXES[id.slice(0, 3)];
  return object === undefined ? targets : targets.filter((target) => target === object);
}

const PREFIXES: Readonly<Record<string, string>> = {
  '001': 'Account',
  '003': 'Contact',
  '005': 'User',
  '006': 'Opportunity',
  '00G': 'Group',
  '00Q': 'Lead',
  '500': 'Case',
};

/** Of people the address as well: two may have one name. */
const shownOf = (object: string, name: string): string => ['Id', name, ...(object === 'User' ? ['Email'] : [])].join(', ');

const toChoice = (record: Readonly<Record<string, unknown>>, name: string): Choice => ({
  value: String(record['Id']),
  label: String(record[name] ?? record['Id']),
  ...(typeof record['Email'] === 'string' ? { hint: record['Email'] } : {}),
});
