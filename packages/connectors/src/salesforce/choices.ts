import type { CallContext, Choice, ChoicePage, ChoicesRequest } from '@weft/connector-kit';
import { describeFields, describeObjects } from './describe.ts';

const PAGE_SIZE = 200;

/** Values of the drop-downs `object`, `objects`, `fields` and `externalIdField`: all that fit what is searched. */
export async function salesforceChoices(
  context: CallContext,
  request: Pick<ChoicesRequest, 'property' | 'values' | 'search'>,
): Promise<readonly Choice[]> {
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
