import type { CallContext, Choice, ChoicePage, ChoicesRequest } from '@weft/connector-kit';
import { openSalesforce } from './client.ts';
import { describeFields, describeObjects } from './describe.ts';
import { selectRecords } from './records.ts';
import { soqlCondition, soqlName } from './soql.ts';

const PAGE_SIZE = 200;
/** A drop-down is read by a person: whoever has more than this types. */
const MOST_RECORDS = 100;

/**
 * Values of the drop-downs `object`, `objects`, `fields` and `externalIdField`: all that fit what is searched; for `reference`
 * the records a field may point to.
 */
export async function salesforceChoices(
  context: CallContext,
  request: Pick<ChoicesRequest, 'property' | 'values' | 'search'>,
): Promise<readonly Choice[]> {
  if (request.property === 'reference') return referenced(context, request);
  const all = await allChoices(context, request.property, String(request.values['object'] ?? ''));
  const search = request.search?.trim().toLowerCase() ?? '';
  return all.filter((choice) => `${choice.label} ${choice.value}`.toLowerCase().includes(search));
}

/** The same a page at a time: an org may have thousands of objects. */
export async function salesforceChoicePage(context: CallContext, request: ChoicesRequest & { page?: string }): Promise<ChoicePage> {
  const all = await salesforceChoices(context, request);
  const from = /^\d{1,7}$/.test(request.page ?? '') ? Number(request.page) : 0;
  const end = from + PAGE_SIZE;
  return { choices: all.slice(from, end), ...(end < all.length ? { next: String(end) } : {}) };
}

async function allChoices(context: CallContext, property: string, object: string): Promise<readonly Choice[]> {
  if (property === 'object' || property === 'objects') return describeObjects(context);
  if (object === '') return [];
  const fields = await describeFields(context, object);
  const wanted = property === 'externalIdField' ? fields.filter((field) => field.externalId) : fields;
  return wanted
    .map((field) => ({ value: field.name, label: field.label, hint: field.name }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

/** Records that a reference may point to, by name; of people only those who may still own something. */
async function referenced(
  context: CallContext,
  request: { values: Readonly<Record<string, unknown>>; search?: string },
): Promise<readonly Choice[]> {
  const fields = await describeFields(context, soqlName(String(request.values['object'] ?? '')));
  const target = fields.find(({ name }) => name === request.values['field'])?.referenceTo?.find((name) => name !== 'Group');
  if (target === undefined) return [];
  const search = request.search?.trim() ?? '';
  const conditions = [
    ...(target === 'User' ? ['IsActive = true'] : []),
    ...(search === '' ? [] : [soqlCondition({ field: 'Name', operator: 'contains', value: search }, () => 'string')]),
  ];
  const records = await selectRecords(await openSalesforce(context), {
    object: target,
    fields: ['Id', 'Name', ...(target === 'User' ? ['Email'] : [])],
    tail: `${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')} ` : ''}ORDER BY Name LIMIT ${MOST_RECORDS}`,
    limit: MOST_RECORDS,
  });
  return records.map((record) => ({
    value: String(record['Id']),
    label: String(record['Name']),
    ...(typeof record['Email'] === 'string' ? { hint: record['Email'] } : {}),
  }));
}
