import { randomBytes } from 'node:crypto';
import type { Json } from '../http.ts';
import { requestError } from './errors.ts';

/** Open query cursors of one user: ten, then the oldest is gone. */
const MAX_OPEN = 10;

interface Cursor {
  userId: string;
  totalSize: number;
  records: Json[];
  size: number;
}

/** Pages of long query results. */
export class Cursors {
  #open = new Map<string, Cursor>();

  /** The first page; a locator is handed out when more follows. */
  first(result: { totalSize: number; records: Json[] }, options: { userId: string; size: number; versionPath: string }): Json {
    if (result.records.length <= options.size) return { totalSize: result.totalSize, done: true, records: result.records };
    const locator = `01g${randomBytes(12).toString('base64').replace(/[+/]/g, 'A').slice(0, 12)}AAA`;
    const mine = [...this.#open].filter(([, cursor]) => cursor.userId === options.userId);
    if (mine.length >= MAX_OPEN && mine[0]) this.#open.delete(mine[0][0]);
    this.#open.set(locator, { userId: options.userId, size: options.size, ...result });
    return this.#page(locator, 0, options.versionPath);
  }

  /** A following page by `01g…-2000`. */
  next(name: string, versionPath: string): Json {
    const match = /^(.+)-(\d+)$/.exec(name);
    if (!match || !this.#open.has(match[1] ?? '')) throw requestError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    return this.#page(match[1] ?? '', Number(match[2]), versionPath);
  }

  #page(locator: string, start: number, versionPath: string): Json {
    const cursor = this.#open.get(locator);
    if (!cursor) throw requestError(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    const end = start + cursor.size;
    const page = { totalSize: cursor.totalSize, done: end >= cursor.records.length, records: cursor.records.slice(start, end) };
    return page.done ? page : { ...page, nextRecordsUrl: `${versionPath}/query/${locator}-${end}` };
  }
}
