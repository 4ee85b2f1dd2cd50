-- The ingress in which somebody waits for the run's answer; any worker may end up giving it.
ALTER TABLE run ADD COLUMN answer_to text;

-- Where workers can be reached: those that accept runs hand them over there. Renewed while a worker lives.
CREATE TABLE worker_address (
  worker text PRIMARY KEY,
  url text NOT NULL,
  seen_at timestamptz(3) NOT NULL DEFAULT now()
);

-- Live runs are few, and lists of them go by id: the primary key serves, and every accepted run is spared an entry.
DROP INDEX run_workspace_idx;
