-- Definitions ------------------------------------------------------------------------------------------------

CREATE TABLE "user" (
  id text PRIMARY KEY, name text NOT NULL, email text NOT NULL UNIQUE, email_verified boolean NOT NULL DEFAULT false,
  image text, created_at timestamptz(3) NOT NULL DEFAULT now(), updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE TABLE session (
  id text PRIMARY KEY, token text NOT NULL UNIQUE, expires_at timestamptz(3) NOT NULL, ip_address text, user_agent text,
  user_id text NOT NULL REFERENCES "user"(id) ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL DEFAULT now(), updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX session_user_id_idx ON session(user_id);
CREATE TABLE account (
  id text PRIMARY KEY, account_id text NOT NULL, provider_id text NOT NULL, user_id text NOT NULL REFERENCES "user"(id) ON DELETE CASCADE,
  access_token text, refresh_token text, id_token text, access_token_expires_at timestamptz(3), refresh_token_expires_at timestamptz(3),
  scope text, password text, created_at timestamptz(3) NOT NULL DEFAULT now(), updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX account_user_id_idx ON account(user_id);
CREATE TABLE verification (
  id text PRIMARY KEY, identifier text NOT NULL, value text NOT NULL, expires_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(), updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX verification_identifier_idx ON verification(identifier);

CREATE TABLE workspace (id uuid PRIMARY KEY, name text NOT NULL, created_at timestamptz(3) NOT NULL DEFAULT now());
CREATE TABLE member (
  workspace_id uuid NOT NULL REFERENCES workspace(id) ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES "user"(id) ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('admin', 'builder', 'operator', 'viewer')),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, user_id)
);
CREATE TABLE api_token (
  id uuid PRIMARY KEY, workspace_id uuid NOT NULL REFERENCES workspace(id) ON DELETE CASCADE, name text NOT NULL,
  token_hash text NOT NULL UNIQUE, role text NOT NULL CHECK (role IN ('admin', 'builder', 'operator', 'viewer')),
  created_at timestamptz(3) NOT NULL DEFAULT now(), last_used_at timestamptz(3), revoked_at timestamptz(3)
);
CREATE TABLE connector (id text PRIMARY KEY, version text NOT NULL, source text NOT NULL, manifest jsonb NOT NULL, updated_at timestamptz(3) NOT NULL DEFAULT now());
CREATE TABLE connection (
  id uuid PRIMARY KEY, workspace_id uuid NOT NULL REFERENCES workspace(id) ON DELETE CASCADE, connector text NOT NULL,
  auth_scheme text NOT NULL, name text NOT NULL, public_values jsonb NOT NULL, sealed bytea NOT NULL, key_id text NOT NULL,
  status text NOT NULL DEFAULT 'unchecked' CHECK (status IN ('unchecked', 'ok', 'failed')), status_message text,
  account_label text, checked_at timestamptz(3), is_demo boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL DEFAULT now(), updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (workspace_id, name)
);
CREATE TABLE workflow (
  id uuid PRIMARY KEY, workspace_id uuid NOT NULL REFERENCES workspace(id) ON DELETE CASCADE, name text NOT NULL, description text,
  draft jsonb NOT NULL, draft_revision integer NOT NULL DEFAULT 1, draft_updated_at timestamptz(3) NOT NULL DEFAULT now(), draft_updated_by text,
  published_version integer, published_revision integer, enabled boolean NOT NULL DEFAULT false, template_id text,
  config jsonb NOT NULL DEFAULT '{}', bindings jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz(3) NOT NULL DEFAULT now(), updated_at timestamptz(3) NOT NULL DEFAULT now(), deleted_at timestamptz(3)
);
CREATE INDEX workflow_workspace_id_idx ON workflow(workspace_id);
CREATE TABLE workflow_version (
  id uuid PRIMARY KEY, workflow_id uuid NOT NULL REFERENCES workflow(id) ON DELETE CASCADE, number integer, document jsonb NOT NULL,
  published_by text, created_at timestamptz(3) NOT NULL DEFAULT now(), UNIQUE (workflow_id, number)
);
CREATE TABLE trigger_binding (
  id uuid PRIMARY KEY, workspace_id uuid NOT NULL, workflow_id uuid NOT NULL REFERENCES workflow(id) ON DELETE CASCADE,
  version_id uuid NOT NULL, node_id text NOT NULL, connector text NOT NULL, operation text NOT NULL,
  mode text NOT NULL CHECK (mode IN ('poll', 'webhook', 'push', 'schedule', 'manual')), connection_id uuid, input jsonb NOT NULL,
  cursor jsonb, hook_token text UNIQUE, interval_ms integer, next_due_at timestamptz(3), lease_until timestamptz(3),
  fence bigint NOT NULL DEFAULT 0, enabled boolean NOT NULL DEFAULT true, activated_at timestamptz(3), last_polled_at timestamptz(3),
  failures integer NOT NULL DEFAULT 0, last_error jsonb, created_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (workflow_id, node_id)
);
CREATE INDEX trigger_binding_due_idx ON trigger_binding(next_due_at) WHERE enabled AND next_due_at IS NOT NULL;

-- Runs: the live ones. A finished run moves to run_history in the statement that finishes it, so that claims stay fast.

CREATE TABLE run (
  id uuid PRIMARY KEY,                 -- uuidv7: sorts by time
  workspace_id uuid NOT NULL,
  workflow_id uuid NOT NULL,
  version_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'waiting')),
  priority smallint NOT NULL DEFAULT 0,
  concurrency_key text,
  fence bigint NOT NULL DEFAULT 0,     -- rises with every claim; a writer with an older fence is refused
  worker text,
  lease_until timestamptz(3),
  wake_at timestamptz(3),
  wait_reason text,
  recovery_count smallint NOT NULL DEFAULT 0,  -- claims of an expired lease: crashes, not failures
  cancel_requested_at timestamptz(3),
  cancel_requested_by text,
  deadline_at timestamptz(3),
  dedup_key text,
  business_key text,
  origin text NOT NULL,                -- trigger mode that began it, or 'test' | 'api' | 'replay'
  input jsonb,                         -- the trigger's payload when it is small
  input_ref uuid,                      -- else the blob that holds it
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  started_at timestamptz(3)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
CREATE INDEX run_queued_idx ON run(priority, wake_at, id) WHERE status = 'queued';
CREATE INDEX run_waiting_idx ON run(wake_at) WHERE status = 'waiting';
CREATE INDEX run_running_idx ON run(lease_until) WHERE status = 'running';
CREATE INDEX run_workflow_idx ON run(workflow_id, id);
CREATE INDEX run_workspace_idx ON run(workspace_id, id);

-- Same event, same key: the second one is not accepted, also long after the first run finished.
CREATE TABLE run_dedup (
  workspace_id uuid NOT NULL, key text NOT NULL, run_id uuid NOT NULL, created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, key)
);

CREATE TABLE run_history (
  id uuid NOT NULL, workspace_id uuid NOT NULL, workflow_id uuid NOT NULL, version_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('succeeded', 'failed', 'skipped', 'cancelled', 'uncertain', 'quarantined')),
  concurrency_key text, fence bigint NOT NULL, recovery_count smallint NOT NULL, dedup_key text, business_key text, origin text NOT NULL,
  input jsonb, input_ref uuid, reason text, error jsonb, failed_node text,
  created_at timestamptz(3) NOT NULL, started_at timestamptz(3), finished_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX run_history_workflow_idx ON run_history(workflow_id, id);
CREATE INDEX run_history_workspace_idx ON run_history(workspace_id, id);
CREATE INDEX run_history_failed_idx ON run_history(workspace_id, id) WHERE status IN ('failed', 'uncertain', 'quarantined');

-- One row per attempt of a step: engine.StepRecord.
CREATE TABLE step_run (
  run_id uuid NOT NULL, path text NOT NULL, attempt integer NOT NULL, seq integer NOT NULL, node_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('succeeded', 'failed', 'skipped', 'retrying')), port text,
  input jsonb, output jsonb, error jsonb, exchanges jsonb, stop_reason text, next_attempt_at timestamptz(3),
  input_ref uuid, output_ref uuid,     -- blobs of what is too large to stand here
  extra jsonb,                         -- further members of the record, such as outcomeUnknown
  started_at timestamptz(3) NOT NULL, finished_at timestamptz(3) NOT NULL,
  PRIMARY KEY (run_id, path, attempt)
) PARTITION BY RANGE (run_id);

-- What was about to be sent, for vendors with neither key nor look-up: written before the call.
CREATE TABLE effect_intent (
  run_id uuid NOT NULL, path text NOT NULL, attempt integer NOT NULL, request jsonb NOT NULL, sent_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (run_id, path, attempt)
);

CREATE TABLE blob (id uuid PRIMARY KEY, size integer NOT NULL, codec text NOT NULL, data bytea NOT NULL, created_at timestamptz(3) NOT NULL DEFAULT now());

CREATE TABLE instance (key text PRIMARY KEY, value jsonb NOT NULL);

-- The lowest uuidv7 of an instant: partition bounds.
CREATE FUNCTION weft_uuid_floor(at timestamptz) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid $$;

-- Makes the daily partitions from yesterday to `days` ahead; harmless when they are there. Days are UTC.
CREATE FUNCTION weft_ensure_partitions(days integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d date; part text; parent text;
BEGIN
  PERFORM pg_advisory_xact_lock(7263001);
  FOR d IN SELECT generate_series((now() AT TIME ZONE 'UTC')::date - 1, (now() AT TIME ZONE 'UTC')::date + days, '1 day')::date LOOP
    FOREACH parent IN ARRAY ARRAY['run_history', 'step_run'] LOOP
      part := parent || '_' || to_char(d, 'YYYYMMDD');
      IF to_regclass(part) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, parent,
          weft_uuid_floor(d::timestamp AT TIME ZONE 'UTC'), weft_uuid_floor((d + 1)::timestamp AT TIME ZONE 'UTC'));
      END IF;
    END LOOP;
  END LOOP;
END $$;

-- Catches what falls outside the daily partitions (a clock far off), so that nothing is ever refused.
CREATE TABLE run_history_other PARTITION OF run_history DEFAULT;
CREATE TABLE step_run_other PARTITION OF step_run DEFAULT;
SELECT weft_ensure_partitions(7);
