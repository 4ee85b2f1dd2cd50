import { isObject, type ApiReply, type ApiRequest, type Json } from '../http.ts';
import { compileCondition, type Readable, type ValueType } from './condition-match.ts';
import { parseCondition } from './condition-parser.ts';
import { badCondition } from './errors.ts';
import { pageOf } from './paging.ts';
import { inOrder, type SortKey } from './sorting.ts';
import { pickFields } from './view.ts';

type Shown = Json & { id: number };

/** A list whose items are parts of another record and not stored on their own: conditions, order, paging and fields as on any list. */
export function shownList(
  request: ApiRequest,
  given: { items: Shown[]; names: Readonly<Record<string, ValueType>>; kind: 'list' | 'count'; isLinkAlways?: boolean },
): ApiReply {
  const parameter = (wanted: string) => [...request.query].find(([name]) => name.toLowerCase() === wanted)?.[1];
  const resolve = (path: string): Readable<Shown> | undefined => {
    const type = given.names[path.toLowerCase()];
    return type && { type, read: (item) => readAt(item, path.toLowerCase().split('/')) };
  };
  const conditions = parameter('conditions')?.trim();
  const test = conditions ? compileCondition(parseCondition(conditions), resolve) : () => true;
  const found = given.items.filter(test);
  if (given.kind === 'count') return { status: 200, body: { count: found.length } };
  const keys = (parameter('orderby') ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part): SortKey<Shown> => {
      const [path = '', direction = 'asc'] = part.split(/\s+/);
      const readable = resolve(path);
      if (!readable) throw badCondition(`${path} is not a recognized name.`);
      return { read: readable.read, isDescending: direction.toLowerCase() === 'desc' };
    });
  const page = pageOf(request, inOrder(found, keys), { linkOrigin: request.origin, isLinkAlways: given.isLinkAlways ?? false });
  const body = page.rows.map((item) => pickFields(item, request.query.get('fields')));
  return page.link ? { status: 200, headers: { link: page.link }, body } : { status: 200, body };
}

function readAt(item: unknown, path: string[]): unknown {
  let current = item;
  for (const part of path) {
    if (!isObject(current)) return undefined;
    const name = Object.keys(current).find((key) => key.toLowerCase() === part);
    current = name === undefined ? undefined : current[name];
  }
  return current;
}
