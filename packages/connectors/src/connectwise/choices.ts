import type { CallContext, Choice } from '@weft/connector-kit';
import { openConnectWise, type CwRecord, type ListQuery } from './client.ts';
import { buildFilter } from './conditions.ts';
import { kept } from './lookups.ts';
import { reference } from './references.ts';

/** Set-up tables behind drop-downs, by property. Their values are names: a name means the same in every tenant. */
const TABLES: Readonly<Record<string, { path: string; query?: ListQuery }>> = {
  board: { path: '/service/boards', query: { conditions: 'inactiveFlag = False', orderBy: 'name asc' } },
  priority: { path: '/service/priorities', query: { orderBy: 'sortOrder asc' } },
  source: { path: '/service/sources', query: { orderBy: 'name asc' } },
  companyStatus: { path: '/company/companies/statuses', query: { orderBy: 'name asc' } },
  companyType: { path: '/company/companies/types', query: { orderBy: 'name asc' } },
};

const byName = (record: CwRecord): Choice => ({ value: String(record['name']), label: String(record['name']) });

/** Values of the drop-downs; `status` depends on the board, `companyId` is searched by name. */
export async function connectwiseChoices(
  context: CallContext,
  request: { property: string; values: Readonly<Record<string, unknown>>; search?: string },
): Promise<readonly Choice[]> {
  const search = request.search?.trim() ?? '';
  if (request.property === 'companyId') return companies(context, search);
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

async function companies(context: CallContext, search: string): Promise<readonly Choice[]> {
  const filter = search === '' ? {} : buildFilter([{ field: 'name', operator: 'contains', value: search }]);
  const found = await openConnectWise(context).page(
    '/company/companies',
    { ...filter, orderBy: 'name asc', fields: 'id,name,identifier' },
    { pageSize: 50 },
  );
  return found.map((company) => ({ value: String(company.id), label: String(company['name']), hint: String(company['identifier'] ?? '') }));
}
