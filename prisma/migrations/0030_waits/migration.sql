-- What steps of runs wait for: a time, a call of an address, a decision of a person, a run that was called. One row per
-- step, from when the run reaches it (or gives its address away) until it is pruned with its run.
CREATE TABLE run_wait (
  id uuid PRIMARY KEY,                 -- uuidv7: sorts by time
  workspace_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  run_id uuid NOT NULL,
  path text NOT NULL,
  node_id text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('timer', 'event', 'review', 'child')),
  -- answered, expired: how the step goes on. closed: the run ended without it.
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'answered', 'expired', 'closed')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  reached_at timestamptz(3),           -- null: only its address was given away so far; an answer is kept
  due_at timestamptz(3),               -- goes on without an answer then
  token_hash text UNIQUE,              -- event: SHA-256 of the last part of its address
  question jsonb,                      -- review: what is asked; engine.ReviewQuestion
  child_run_id uuid,                   -- child: the run that was called
  is_awaited boolean,                  -- child: false when it was only started
  depth smallint,                      -- child: how many calls lead to it
  answer jsonb,
  answer_ref uuid,                     -- the blob that holds the answer when it is large
  answered_at timestamptz(3),
  answered_by text,
  UNIQUE (run_id, path)
);
CREATE INDEX run_wait_review_idx ON run_wait(workspace_id, id) WHERE kind = 'review';
CREATE INDEX run_wait_open_review_idx ON run_wait(workspace_id, id) WHERE kind = 'review' AND status = 'open';
CREATE INDEX run_wait_child_idx ON run_wait(child_run_id) WHERE child_run_id IS NOT NULL;
CREATE INDEX run_wait_open_idx ON run_wait(run_id) WHERE status = 'open';

-- An answer came: set with it, taken back when the run is claimed. A run that is released meanwhile is due at once.
ALTER TABLE run ADD COLUMN signalled boolean NOT NULL DEFAULT false;

-- Triggers inside Weft: a workflow that another one calls, and one that hears of failed runs.
ALTER TABLE trigger_binding DROP CONSTRAINT trigger_binding_mode_check;
ALTER TABLE trigger_binding ADD CONSTRAINT trigger_binding_mode_check
  CHECK (mode IN ('poll', 'webhook', 'push', 'schedule', 'manual', 'call', 'failure'));
CREATE INDEX run_history_failed_at_idx ON run_history(workspace_id, finished_at) WHERE status IN ('failed', 'uncertain', 'quarantined');
