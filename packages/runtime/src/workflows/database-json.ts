/** JSON on its way into a Prisma column. */
import { toStorableJson } from '@weft/db';

/** A value as Prisma takes it: plain JSON without what PostgreSQL refuses. Typed loosely, since Prisma's own type knows no `undefined`. */
export function toDatabaseJson(value: unknown): object {
  return JSON.parse(toStorableJson(value).text) as object;
}
