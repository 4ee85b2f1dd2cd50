/** Writes down every end of a run as it happens, so that one which was changed afterwards can be told. */
import type { Bench } from './bench.ts';

const WATCH = `
CREATE TABLE faults_end (run_id uuid NOT NULL, what text NOT NULL, status text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE FUNCTION faults_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'run' THEN
    INSERT INTO faults_end(run_id, what, status) SELECT id, 'live again', NEW.status FROM run_history WHERE id = NEW.id;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO faults_end(run_id, what, status) VALUES (OLD.id, 'deleted', OLD.status);
  ELSIF TG_OP = 'INSERT' OR NEW.status <> OLD.status THEN
    INSERT INTO faults_end(run_id, what, status) VALUES (NEW.id, CASE TG_OP WHEN 'INSERT' THEN 'ended' ELSE 'changed' END, NEW.status);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER faults_note AFTER INSERT OR UPDATE OR DELETE ON run_history FOR EACH ROW EXECUTE FUNCTION faults_note();
CREATE TRIGGER faults_note AFTER INSERT ON run FOR EACH ROW EXECUTE FUNCTION faults_note()`;

/** An end, or what became of one. */
export interface End {
  readonly runId: string;
  readonly what: 'ended' | 'changed' | 'deleted' | 'live again';
  readonly status: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Begins to watch. */
export async function watchEnds(bench: Bench): Promise<{ read(): Promise<End[]> }> {
  await bench.db.pool.query(WATCH);
  return {
    read: async () => {
      const { rows } = await bench.db.pool.query<End>(
        `SELECT run_id AS "runId", what, status, (extract(epoch FROM at) * 1000)::float8 AS at FROM faults_end ORDER BY at`,
      );
      return rows;
    },
  };
}

/** Runs whose end did not stay as it was: the figure «regress». */
export function regressed(ends: readonly End[]): string[] {
  return [...Map.groupBy(ends, ({ runId }) => runId)].flatMap(([runId, own]) =>
    own.length > 1 ? [`${runId} ${own.map(({ what, status }) => `${what} ${status}`).join(', ')}`] : [],
  );
}
