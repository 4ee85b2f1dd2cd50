import { compileCondition, pathsOf, refuseIn, type Readable, type ValueType } from './condition-match.ts';
import { parseCondition } from './condition-parser.ts';
import { COMPUTED } from './computed.ts';
import { customFieldsOf } from './custom-fields.ts';
import { configurationsOf } from './ticket-configurations.ts';
import { entityOf } from './entities.ts';
import type { Entity } from './entity.ts';
import { badCondition } from './errors.ts';
import type { Field } from './fields.ts';
import { inOrder, type SortKey } from './sorting.ts';
import { refId, type CommunicationItem, type Row, type Store } from './store.ts';
import { communicationKind, nameOf, typeEntity } from './view.ts';

const TYPES: Record<Field['type'], ValueType | undefined> = {
  string: 'string',
  enum: 'string',
  int: 'numeric',
  number: 'numeric',
  bool: 'boolean',
  date: 'datetime',
  ref: 'reference',
  items: undefined,
  types: undefined,
  strings: undefined,
  json: undefined,
};

const INFO: Record<string, { type: ValueType; key: keyof Row['info'] }> = {
  lastupdated: { type: 'datetime', key: 'lastUpdated' },
  dateentered: { type: 'datetime', key: 'dateEntered' },
  updatedby: { type: 'string', key: 'updatedBy' },
  enteredby: { type: 'string', key: 'enteredBy' },
};

/**
 * Finds what a path like `company/identifier` reads. `lastUpdated` and `dateEntered` work on every object, bare or
 * below `_info`; child arrays are not reachable.
 */
export function resolvePath(store: Store, entity: Entity, path: string): Readable<Row> | undefined {
  const [head = '', ...rest] = path.split('/');
  const name = head.toLowerCase();
  const info =
    name === '_info'
      ? INFO[(rest[0] ?? '').toLowerCase()]
      : rest.length === 0 && (name === 'lastupdated' || name === 'dateentered')
        ? INFO[name]
        : undefined;
  if (info) return { type: info.type, read: (row) => row.info[info.key] };
  if (entity.name === 'ticket' && name === 'configuration') return configurationOf(store, rest);
  if (name === 'id' && rest.length === 0) return { type: 'numeric', read: (row) => row.id };
  const field = Object.values(entity.fields).find((candidate) => candidate.name.toLowerCase() === name);
  if (!field || field.isWriteOnly) return undefined;
  const type = TYPES[field.type];
  if (!type) return undefined;
  if (rest.length === 0) {
    // A flag never set reads as false, as it is shown.
    const computed = COMPUTED[entity.name]?.[field.name];
    return { type, read: (row) => (computed ? computed(store, row) : row.values[field.name]) ?? (type === 'boolean' ? false : undefined) };
  }
  return field.type === 'ref' ? throughReference(store, field, rest) : undefined;
}

/** `configuration/id` asks for tickets with that configuration among theirs; no ticket shows such a member. */
function configurationOf(store: Store, rest: string[]): Readable<Row> | undefined {
  const [member = ''] = rest.map((part) => part.toLowerCase());
  if (rest.length !== 1 || (member !== 'id' && member !== 'name')) return undefined;
  if (member === 'id') return { type: 'numeric', read: configurationsOf };
  return { type: 'string', read: (row) => configurationsOf(row).map((id) => store.get('configuration', id)?.values['name']) };
}

function throughReference(store: Store, field: Field, rest: string[]): Readable<Row> | undefined {
  const member = (rest[0] ?? '').toLowerCase();
  if (rest.length === 1 && member === 'id') return { type: 'numeric', read: (row) => refId(row.values[field.name]) };
  if (!field.entity) {
    if (rest.length > 1) return undefined;
    return { type: 'string', read: (row) => (row.values[field.name] as Record<string, unknown> | undefined)?.[member] };
  }
  const target = entityOf(field.entity);
  const follow = (row: Row) => store.get(target.name, refId(row.values[field.name]) ?? -1);
  if (rest.length === 1 && member === 'name') {
    return {
      type: 'string',
      read: (row) => {
        const found = follow(row);
        return found && nameOf(target, found);
      },
    };
  }
  const inner = resolvePath(store, target, rest.join('/'));
  return (
    inner && {
      type: inner.type,
      read: (row) => {
        const found = follow(row);
        return found && inner.read(found);
      },
    }
  );
}

/** The three condition parameters as one test. */
export function rowTest(
  store: Store,
  entity: Entity,
  given: { conditions?: string; childConditions?: string; customFieldConditions?: string },
): (row: Row) => boolean {
  const tests: ((row: Row) => boolean)[] = [];
  if (given.conditions?.trim()) tests.push(compileCondition(parseCondition(given.conditions), (path) => resolvePath(store, entity, path)));
  if (given.childConditions?.trim()) tests.push(childTest(store, entity, given.childConditions));
  if (given.customFieldConditions?.trim()) tests.push(customFieldTest(store, entity, given.customFieldConditions));
  return (row) => tests.every((test) => test(row));
}

type Item = Record<string, unknown>;

const CHILD_TYPES: Record<string, Record<string, ValueType>> = {
  communicationitems: {
    id: 'numeric',
    value: 'string',
    extension: 'string',
    defaultflag: 'boolean',
    domain: 'string',
    communicationtype: 'string',
    'type/id': 'numeric',
    'type/name': 'string',
  },
  types: { id: 'numeric', name: 'string' },
};

/** One item of each array that a condition names. */
type Pick = Readonly<Record<string, Item>>;

/** A row passes when ONE of its items satisfies the whole condition, so two tests speak about the same item. */
function childTest(store: Store, entity: Entity, text: string): (row: Row) => boolean {
  const condition = parseCondition(text);
  refuseIn(condition, 'childConditions');
  const own = new Set(Object.keys(entity.fields).map((name) => name.toLowerCase()));
  const test = compileCondition<Pick>(condition, (path) => {
    const [array = '', ...rest] = path.toLowerCase().split('/');
    const member = rest.join('/');
    const type = own.has(array) ? CHILD_TYPES[array]?.[member] : undefined;
    return type && { type, read: (pick: Pick) => pick[array]?.[member] };
  });
  const arrays = [...new Set(pathsOf(condition).map((path) => path.toLowerCase().split('/')[0] ?? ''))];
  return (row) => picksOf(arrays.map((array) => [array, childItems(store, entity, { row, array })] as const)).some(test);
}

/** Every combination of one item per array; of several arrays an empty one leaves the others their say. */
function picksOf(arrays: readonly (readonly [string, Item[]])[]): Pick[] {
  return arrays.reduce<Pick[]>(
    (picks, [array, items]) => {
      const choices = items.length === 0 && arrays.length > 1 ? [{}] : items;
      return picks.flatMap((pick) => choices.map((item) => ({ ...pick, [array]: item })));
    },
    [{}],
  );
}

function childItems(store: Store, entity: Entity, from: { row: Row; array: string }): Item[] {
  if (from.array === 'communicationitems') {
    return ((from.row.values['communicationItems'] as CommunicationItem[] | undefined) ?? []).map((item) => ({
      id: item.id,
      value: item.value,
      extension: item.extension,
      defaultflag: item.defaultFlag,
      domain: item.value.includes('@') ? item.value.slice(item.value.indexOf('@')) : undefined,
      communicationtype: communicationKind(store, item.type.id),
      'type/id': item.type.id,
      'type/name': store.get('communicationType', item.type.id)?.values['description'],
    }));
  }
  const target = typeEntity(entity);
  return ((from.row.values['types'] as { id: number }[] | undefined) ?? []).map((type) => {
    const found = store.get(target.name, type.id);
    return { id: type.id, name: found && nameOf(target, found) };
  });
}

function customFieldTest(store: Store, entity: Entity, text: string): (row: Row) => boolean {
  const condition = parseCondition(text);
  refuseIn(condition, 'customFieldConditions');
  if (!entity.customFieldPod) throw badCondition(`customFieldConditions is not supported for ${entity.typeName}.`);
  const test = compileCondition<Item>(condition, (path) => {
    const name = path.toLowerCase();
    if (name === 'caption') return { type: 'string', read: (item: Item) => item[name] };
    if (name === 'value') return { type: 'any', read: (item: Item) => item[name] };
    return name === 'id' ? { type: 'numeric', read: (item: Item) => item['id'] } : undefined;
  });
  return (row) => customFieldsOf(store, entity, row).some(test);
}

/** Rows in the order of `orderBy=name desc, id asc`; stored rows come in order of id already. */
export function ordered(store: Store, entity: Entity, given: { rows: Row[]; orderBy: string | null }): Row[] {
  const keys = (given.orderBy ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part): SortKey<Row> => {
      const [path = '', direction = 'asc'] = part.split(/\s+/);
      const readable = resolvePath(store, entity, path);
      if (!readable) throw badCondition(`${path} is not a recognized name.`);
      return { read: readable.read, isDescending: direction.toLowerCase() === 'desc' };
    });
  return inOrder(given.rows, keys);
}
