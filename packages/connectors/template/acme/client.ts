/** Acme over the kit's HTTP client, which guards, limits and records. Nothing is repeated here: the engine does that. */
import { WeftError, mapHttpError, type CallContext, type HttpRequest } from '@weft/connector-kit';
import { authHeaders, siteOf } from './auth.ts';
import { acmeErrors } from './errors.ts';

export interface Item {
  readonly id: number;
  readonly name: string;
  readonly note: string | null;
  /** ISO 8601, whole seconds. */
  readonly changed_at: string;
}

/** What selects items. */
export interface ItemQuery {
  readonly name?: string | undefined;
  readonly changedSinceMs?: number | undefined;
}

/** One page, in the order of ids. */
export interface ItemPage {
  readonly items: readonly Item[];
  /** The id behind which the next page begins; absent on the last. */
  readonly next: number | undefined;
}

export interface AcmeApi {
  items(query: ItemQuery, page: { readonly size: number; readonly after?: number | undefined }): Promise<ItemPage>;
  create(item: { readonly name: string; readonly note?: string | undefined }): Promise<Item>;
  /** Acme's clock at the last answer, epoch milliseconds. */
  serverTime(): number | undefined;
}

/** Opens the account of a call. */
export function openAcme(context: CallContext): AcmeApi {
  const values = context.connection?.values;
  if (values === undefined) throw new WeftError({ class: 'auth', code: 'connection_missing', message: 'Choose a connection of Acme.' });
  let serverTime: number | undefined;

  /** `subject`: the record a call is about, as people know it. */
  const send = async (request: Pick<HttpRequest, 'method' | 'query' | 'json'>, subject: string): Promise<unknown> => {
    const response = await context.http.request({ ...request, url: `${siteOf(values)}/api/items`, headers: authHeaders(values) });
    const at = Date.parse(response.headers['date'] ?? '');
    if (!Number.isNaN(at)) serverTime = at;
    if (response.status >= 300) throw mapHttpError(acmeErrors, response, context.now(), subject);
    return response.json();
  };

  return {
    async items({ name, changedSinceMs }, { size, after }) {
      const since = changedSinceMs === undefined ? undefined : new Date(changedSinceMs).toISOString();
      const page = (await send({ query: { name, changed_since: since, limit: size, after } }, 'the items')) as {
        items: readonly Item[];
        next: number | null;
      };
      return { items: page.items, next: page.next ?? undefined };
    },
    create: async (item) => (await send({ method: 'POST', json: item }, `item "${item.name.slice(0, 80)}"`)) as Item,
    serverTime: () => serverTime,
  };
}
