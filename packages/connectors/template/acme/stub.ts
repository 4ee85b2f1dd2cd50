/** Acme as far as the connector knows it, in memory. Started by hand (`node stub.ts`) it can be connected and tried. */
import { startStub, type ServerAnswer, type Stub, type StubRequest } from '@weft/connector-kit/testing';
import type { Item } from './client.ts';
import { isAuthorised, stubValues } from './stub-account.ts';

/** A stub with its items, which tests put in and count. */
export interface AcmeStub extends Stub {
  readonly items: Item[];
  /** Adds an item as a person at the vendor would. */
  add(name: string, changedMs?: number): Item;
  /** Changes one. */
  change(id: number): void;
}

/** Starts it; `now` is its clock. */
export async function startAcmeStub(now: () => number = Date.now, port = 0): Promise<AcmeStub> {
  const items: Item[] = [];
  const stamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const add = (name: string, changedMs = now(), note: string | null = null): Item => {
    const item = { id: items.length + 1, name, note, changed_at: stamp(changedMs) };
    items.push(item);
    return item;
  };
  const answer = (request: StubRequest): Partial<ServerAnswer> => {
    if (!isAuthorised(request)) return refusal(401, 'unauthorised', 'Who are you?');
    if (request.path !== '/api/items') return refusal(404, 'not_found', 'There is no such page');
    if (request.method === 'GET') return { body: page(items, request.query) };
    const { name, note = null } = request.body as { name?: string; note?: string | null };
    if (name === undefined || name.trim() === '') return refusal(400, 'invalid', 'must be given', 'name');
    if (items.some((item) => item.name === name)) return refusal(409, 'name_taken', 'is taken', 'name');
    return { status: 201, body: add(name, now(), note) };
  };
  const stub = await startStub(answer, { now, port });
  const change = (id: number): void => {
    const at = items.findIndex((item) => item.id === id);
    const item = items[at];
    if (item !== undefined) items[at] = { ...item, note: `${item.note ?? ''}.`, changed_at: stamp(now()) };
  };
  return { ...stub, items, add, change };
}

/** Acme's way to refuse. */
export function errorBody(code: string, message: string, field?: string): unknown {
  return { error: { code, message, ...(field === undefined ? {} : { field }) } };
}

function refusal(status: number, code: string, message: string, field?: string): ServerAnswer {
  return { status, body: errorBody(code, message, field) };
}

function page(items: readonly Item[], query: URLSearchParams): unknown {
  const after = Number(query.get('after') ?? 0);
  const since = Date.parse(query.get('changed_since') ?? '1970-01-01');
  const name = query.get('name');
  const found = items.filter(
    (item) => item.id > after && Date.parse(item.changed_at) >= since - (since % 1000) && (name === null || item.name === name),
  );
  const some = found.slice(0, Number(query.get('limit') ?? 100));
  return { items: some, next: some.length < found.length ? some.at(-1)?.id : null };
}

if (import.meta.main) {
  const stub = await startAcmeStub(Date.now, 4020);
  stub.add('Blue widget');
  process.stdout.write(`Acme listens at ${stub.url}. Connect it with ${JSON.stringify(stubValues(stub.url))}.\n`);
}
