/** What the floor's two processes call the same. */
export const QUEUE = 'floor';
export const ANSWERS = 'floor:answers';

/** The table of the floor. */
export const FLOOR_TABLE = `
CREATE TABLE floor_run (
  id uuid PRIMARY KEY, workload text NOT NULL, status text NOT NULL DEFAULT 'queued', input json NOT NULL, result json, trace json,
  created_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz
)`;

/** The end of a run, on its way to whoever asked. */
export interface FloorAnswer {
  readonly id: string;
  readonly answer: string;
}
