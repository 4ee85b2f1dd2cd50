import type { CallContext, Choice, ChoicePage, ChoicesRequest } from '@weft/connector-kit';
import { openConnectWise, type CwRecord, type ListQuery } from './client.ts';
import { buildFilter } from './conditions.ts';
import { connectwiseFieldValues } from './field-values.ts';
import { connectwiseFields } from './fields.ts';
import { kept } from './lookups.ts';
import { reference } from './references.ts';
import { levelChoices, levelField } from './triggers/callback-levels.ts';

/** Set-up tables behind drop-downs, by property. Their values are names: a name means the same in every tenant. */
const TABLES: Readonly<Record<string, { path: string; query?: ListQuery }>> = {
  board: { path: '/service/boards', query: { conditions: 'inactiveFlag = False', orderBy: 'name asc' } },
  priority: { path: '/service/priorities', query: { orderBy: 'sortOrder asc' } },
  source: { path: '/service/sources', query: { orderBy: 'name asc' } },
  companyStatus: { path: '/company/companies/statuses', query: { orderBy: 'name asc' } },
  companyType: { path: '/company/companies/types', query: { orderBy: 'name asc' } },
};

const byName = (record: CwRecord): Choice => ({ value: String(record['name']), label: String(record['name']) });

/** The list behind a drop-down that is too long to be read whole: the field that points into it, and its object where that matters. */
function listBehind({ property, values }: Pick<ChoicesRequest, 'property' | 'values'>): { object: string; field: string } | undefined {
  if (property === 'companyId') return { object: '', field: 'company.id' };
  if (property !== 'of') return undefined;
  const object = String(values['object'] ?? '');
  const field = levelField(object, String(values['level'] ?? ''));
  return field === undefined ? undefined : { object, field };
}

/** Values of the drop-downs, a page at a time; long lists are searched by name, and the one that is chosen comes with the first page. */
export async function connectwiseChoicePage(context: CallContext, request: ChoicesRequest & { page?: string }): Promise<ChoicePage> {
  const list = listBehind(request);
  if (list === undefined) return { choices: await connectwiseChoices(context, request) };
  const { search, page } = request;
  return connectwiseFieldValues(context, {
    ...list,
    record: { [list.field]: request.values[request.property] },
    ...(search === undefined ? {} : { search }),
    ...(page === undefined ? {} : { page }),
  });
}

/** Values of the drop-downs; `status` depends on the board. */
export async function connectwiseChoices(
  context: CallContext,
  request: Pick<ChoicesRequest, 'operation' | 'property' | 'values' | 'search'>,
): Promise<readonly Choice[]> {
  if (listBehind(request) !== undefined) return (await connectwiseChoicePage(context, request)).choices;
  const search = request.search?.trim() ?? '';
  if (request.property === 'level') return levelChoices(String(request.values['object'] ?? ''));
  if (request.property === 'fields') return fieldChoices(context, String(request.values['object'] ?? ''), search);
  const all =
    request.property === 'status' ? await boardStatuses(context, request.values['board']) : await table(context, request.property);
  return all.filter((choice) => choice.label.toLowerCase().includes(search.toLowerCase()));
}

async function table(context: CallContext, property: string): Promise<readonly Choice[]> {
  const found = TABLES[property];
  if (found === undefined) return [];
  return kept(context, `choices:${property}`, async () =>
    (await openConnectWise(context).page(found.path, found.query ?? {}, { pageSize: 1000 })).map(byName),
  );
}

/** The statuses of one board: they belong to it, and a ticket may only have those of its own. */
export async function boardStatuses(context: CallContext, board: unknown): Promise<readonly Choice[]> {
  const wanted = reference(board);
  if (wanted === undefined) return [];
  return kept(context, `choices:status:${JSON.stringify(wanted)}`, async () => {
    const cw = openConnectWise(context);
    const id =
      typeof wanted['id'] === 'number'
        ? wanted['id']
        : (await cw.page('/service/boards', buildFilter([{ field: 'name', operator: '=', value: wanted['name'] }]), { pageSize: 1 }))[0]
            ?.id;
    if (id === undefined) return [];
    return (await cw.page(`/service/boards/${id}/statuses`, { orderBy: 'sortOrder asc' }, { pageSize: 1000 }))
      .filter((status) => status['inactive'] !== true)
      .map(byName);
  });
}

async function fieldChoices(context: CallContext, object: string, search: string): Promise<readonly Choice[]> {
  if (object === '') return [];
  const fields = await connectwiseFields(context, object);
  return fields
    .map(({ name, label }) => ({ value: name, label, hint: name }))
    .filter(({ value, label }) => `${label} ${value}`.toLowerCase().includes(search.toLowerCase()));
}
