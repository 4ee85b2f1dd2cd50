/**
 * What a reference of a record may point to: lists of the account, searched by name and read a page at a time. Their values
 * are what the field takes: an id for records of which there are many, a name for what an administrator has set up, since a
 * name means the same in every tenant.
 */
import type { CallContext, Choice, ChoicePage, FieldValuesRequest } from '@weft/connector-kit';
import { openConnectWise, type ConnectWise, type CwRecord, type ListQuery } from './client.ts';
import { buildFilter, type Condition } from './conditions.ts';
import { reference } from './references.ts';

const PAGE_SIZE = 50;

/** How one list is asked for. */
interface List {
  /** `{board}` and `{company}` stand for the id of the record's own. */
  readonly path: string;
  /** The member that is searched and ordered by; default `name`. */
  readonly by?: string;
  readonly value: 'id' | 'name' | 'identifier' | 'description';
  readonly label?: (record: CwRecord) => string;
  readonly hint?: (record: CwRecord) => string;
  readonly only?: readonly Condition[];
  /** Narrowed to those of the record's company, where that is chosen. */
  readonly ofCompany?: true;
}

const identifierOf = (record: CwRecord): string => String(record['identifier'] ?? '');
const companyOf = (record: CwRecord): string => String((record['company'] as { name?: string } | undefined)?.name ?? '');
const fullName = (record: CwRecord): string =>
  [record['firstName'], record['lastName']].filter((part) => typeof part === 'string' && part !== '').join(' ');
const isFalse = (field: string): Condition => ({ field, operator: '=', value: false });

const COMPANY: List = { path: '/company/companies', value: 'id', hint: identifierOf, only: [isFalse('deletedFlag')] };
const CONTACT: List = {
  path: '/company/contacts',
  by: 'lastName',
  value: 'id',
  label: fullName,
  hint: companyOf,
  only: [isFalse('inactiveFlag')],
  ofCompany: true,
};
const MEMBER: List = {
  path: '/system/members',
  by: 'identifier',
  value: 'identifier',
  label: (member) => fullName(member) || identifierOf(member),
  hint: identifierOf,
  only: [isFalse('inactiveFlag')],
};

/** Lists by the field that points into them; `object:` in front where the same name means another list. */
const LISTS: Readonly<Record<string, List>> = {
  'company.id': COMPANY,
  'parentCompany.id': COMPANY,
  'billToCompany.id': COMPANY,
  'contact.id': CONTACT,
  'defaultContact.id': CONTACT,
  'agreement.id': { path: '/finance/agreements', value: 'id', hint: companyOf, ofCompany: true },
  'opportunity.id': { path: '/sales/opportunities', value: 'id', hint: companyOf, ofCompany: true },
  'project.id': { path: '/project/projects', value: 'id', hint: companyOf, ofCompany: true },
  'ticket.id': {
    path: '/service/tickets',
    by: 'summary',
    value: 'id',
    label: (ticket) => `${ticket.id} ${String(ticket['summary'] ?? '')}`,
    hint: companyOf,
    ofCompany: true,
  },
  'site.id': { path: '/company/companies/{company}/sites', value: 'id' },
  'owner.identifier': MEMBER,
  'manager.identifier': MEMBER,
  'member.identifier': MEMBER,
  'territoryManager.identifier': MEMBER,
  'primarySalesRep.identifier': MEMBER,
  'assignTo.identifier': MEMBER,
  'country.name': { path: '/company/countries', value: 'name' },
  'product.id': { path: '/procurement/catalog', by: 'identifier', value: 'id', label: identifierOf },
  'communication:type.id': { path: '/company/communicationTypes', by: 'description', value: 'id' },
  'companyTypeLink:type.name': { path: '/company/companies/types', value: 'name' },
  'currency.id': { path: '/finance/currencies', value: 'id' },
  'board.name': { path: '/service/boards', value: 'name', only: [isFalse('inactiveFlag')] },
  'project:board.name': {
    path: '/service/boards',
    value: 'name',
    only: [isFalse('inactiveFlag'), { field: 'projectFlag', operator: '=', value: true }],
  },
  'priority.name': { path: '/service/priorities', value: 'name' },
  'source.name': { path: '/service/sources', value: 'name' },
  'team.name': { path: '/service/boards/{board}/teams', value: 'name' },
  'ticket:status.name': { path: '/service/boards/{board}/statuses', value: 'name', only: [isFalse('inactive')] },
  'ticket:type.name': { path: '/service/boards/{board}/types', value: 'name' },
  'ticket:subType.name': { path: '/service/boards/{board}/subtypes', value: 'name' },
  'ticket:item.name': { path: '/service/boards/{board}/items', value: 'name' },
  'company:status.name': { path: '/company/companies/statuses', value: 'name' },
  'company:types.name': { path: '/company/companies/types', value: 'name' },
  'project:status.name': { path: '/project/statuses', value: 'name' },
  'project:type.name': { path: '/project/projectTypes', value: 'name' },
  'opportunity:status.name': { path: '/sales/opportunities/statuses', value: 'name' },
  'opportunity:type.name': { path: '/sales/opportunities/types', by: 'description', value: 'description' },
  'opportunity:stage.name': { path: '/sales/stages', value: 'name' },
  'configuration:status.name': { path: '/company/configurations/statuses', by: 'description', value: 'description' },
  'configuration:type.name': { path: '/company/configurations/types', value: 'name' },
  'agreement:type.name': { path: '/finance/agreements/types', value: 'name' },
  'invoice:status.name': { path: '/finance/billingStatuses', value: 'name' },
};

function listOf(object: string, field: string): List | undefined {
  return LISTS[`${object}:${field}`] ?? LISTS[field];
}

/** Whether the values of a field are looked up, and the fields of the record on which they hang. */
export function searchedField(object: string, field: string): { searched: true; dependsOn?: readonly string[] } | undefined {
  const list = listOf(object, field);
  if (list === undefined) return undefined;
  if (list.path.includes('{board}')) return { searched: true, dependsOn: ['board.name', 'board'] };
  return list.ofCompany === true || list.path.includes('{company}')
    ? { searched: true, dependsOn: ['company.id', 'company'] }
    : { searched: true };
}

/** A page of values. Without the board or company on which they hang there are none. */
export async function connectwiseFieldValues(context: CallContext, request: FieldValuesRequest): Promise<ChoicePage> {
  const list = listOf(request.object, request.field);
  if (list === undefined) return { choices: [] };
  const cw = openConnectWise(context);
  const path = await pathOf(cw, list, request.record);
  if (path === undefined) return { choices: [] };
  const by = list.by ?? 'name';
  const page = /^\d{1,6}$/.test(request.page ?? '') ? Number(request.page) : 1;
  const found = await cw.page(path, { ...filterOf(list, by, request), orderBy: `${by} asc, id asc` }, { page, pageSize: PAGE_SIZE });
  const choices = found.map((record) => toChoice(list, by, record));
  const chosen = page === 1 && !request.search ? await chosenRecord(cw, { list, by, path }, request) : undefined;
  const isThere = chosen === undefined || choices.some(({ value }) => value === chosen.value);
  return { choices: isThere ? choices : [chosen, ...choices], ...(found.length === PAGE_SIZE ? { next: String(page + 1) } : {}) };
}

/** The id behind a value of a list that hangs on nothing: a number is one already. Undefined when the list has no such entry. */
export async function listedId(
  context: CallContext,
  { object, field, value }: { readonly object: string; readonly field: string; readonly value: string },
): Promise<number | undefined> {
  const wanted = reference(value);
  if (wanted === undefined || typeof wanted['id'] === 'number') return wanted?.['id'] as number | undefined;
  const list = listOf(object, field);
  if (list === undefined || list.path.includes('{')) return undefined;
  const filter = buildFilter([{ field: list.by ?? 'name', operator: '=', value: wanted['name'] }]);
  return (await openConnectWise(context).page(list.path, filter, { pageSize: 1 }))[0]?.id;
}

function filterOf(list: List, by: string, { record, search = '' }: FieldValuesRequest): ListQuery {
  const company = list.ofCompany === true ? reference(valueAt(record, 'company.id') ?? record['company']) : undefined;
  return buildFilter([
    ...(list.only ?? []),
    ...(typeof company?.['id'] === 'number' ? [{ field: 'company/id', operator: '=' as const, value: company['id'] }] : []),
    ...searchCondition(by, search.trim()),
  ]);
}

/** A number is taken for an id as well, where no text is meant. */
function searchCondition(by: string, search: string): Condition[] {
  if (search === '') return [];
  return /^\d+$/.test(search)
    ? [{ field: 'id', operator: '=', value: Number(search) }]
    : [{ field: by, operator: 'contains', value: search }];
}

/** Where the list is; undefined as long as what it hangs on is not chosen. */
async function pathOf(cw: ConnectWise, list: List, record: Readonly<Record<string, unknown>>): Promise<string | undefined> {
  if (list.path.includes('{company}')) {
    const company = reference(valueAt(record, 'company.id') ?? record['company']);
    return typeof company?.['id'] === 'number' ? list.path.replace('{company}', String(company['id'])) : undefined;
  }
  if (!list.path.includes('{board}')) return list.path;
  const board = reference(valueAt(record, 'board.name') ?? valueAt(record, 'board.id') ?? record['board']);
  if (board === undefined) return undefined;
  const id =
    board['id'] ??
    (await cw.page('/service/boards', buildFilter([{ field: 'name', operator: '=', value: board['name'] }]), { pageSize: 1 }))[0]?.id;
  return typeof id === 'number' ? list.path.replace('{board}', String(id)) : undefined;
}

/** A member, written with a dot or nested. */
function valueAt(record: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name];
  const [first = '', second = ''] = name.split('.');
  const inner = record[first];
  return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[second] : undefined;
}

/** The record that is chosen already, so that it can be shown by its name. */
async function chosenRecord(
  cw: ConnectWise,
  { list, by, path }: { list: List; by: string; path: string },
  request: FieldValuesRequest,
): Promise<Choice | undefined> {
  const value = valueAt(request.record, request.field);
  if (list.value !== 'id' || !/^\d{1,15}$/.test(String(value ?? ''))) return undefined;
  const [record] = await cw.page(path, buildFilter([{ field: 'id', operator: '=', value: Number(value) }]), { pageSize: 1 });
  return record === undefined ? undefined : toChoice(list, by, record);
}

function toChoice(list: List, by: string, record: CwRecord): Choice {
  const label = list.label?.(record) ?? String(record[by] ?? record.id);
  const hint = list.hint?.(record) ?? '';
  return { value: String(list.value === 'id' ? record.id : record[list.value]), label, ...(hint === '' || hint === label ? {} : { hint }) };
}
