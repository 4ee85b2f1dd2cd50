/** What a worker of another build offers and this one does not. */
import type { Database } from '@weft/db';
import type { EffectRequest } from '@weft/engine';
import { isWeftError } from '@weft/errors';

/**
 * Why a step has to be left to another worker, when it failed because its connector or operation is not known here. Undefined
 * when it failed by something else, or when nobody offers what it needs.
 */
export async function offeredElsewhere(
  db: Database,
  { connector, operation }: Pick<EffectRequest, 'connector' | 'operation'>,
  thrown: unknown,
): Promise<string | undefined> {
  if (!isWeftError(thrown) || (thrown.code !== 'connector_unknown' && thrown.code !== 'operation_unknown')) return undefined;
  const { rowCount } = await db.pool.query(
    `SELECT 1 FROM connector WHERE id = $1 AND manifest->'operations' @> jsonb_build_array(jsonb_build_object('id', $2::text))`,
    [connector, operation],
  );
  return rowCount === 0 ? undefined : `The worker has no operation “${operation}” of “${connector}”; one of another build of Weft has it.`;
}
