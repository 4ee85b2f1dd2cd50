import { database } from '../../../server/context.ts';

export const dynamic = 'force-dynamic';

/** The process can do its work: the database answers, and a worker has published its connectors. */
export async function GET(): Promise<Response> {
  try {
    const { rows } = await database().pool.query<{ connectors: number }>('SELECT count(*)::int AS connectors FROM connector');
    const isReady = (rows[0]?.connectors ?? 0) > 0;
    return Response.json(
      { status: isReady ? 'ready' : 'waiting', database: 'ok', workers: isReady ? 'seen' : 'none yet' },
      { status: isReady ? 200 : 503 },
    );
  } catch {
    return Response.json({ status: 'unavailable', database: 'unreachable' }, { status: 503 });
  }
}
