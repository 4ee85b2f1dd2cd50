-- Steps without effect, many in one row: see packages/db/src/step-batch.ts. Those with an effect stay rows of step_run, so
-- that a build that knows no batches still sees every effect; what it does not see it works out again.
CREATE TABLE step_batch (
  run_id uuid NOT NULL,
  seq integer NOT NULL,                -- of the first step in it
  count integer NOT NULL,
  failed integer NOT NULL,             -- how many of them failed
  records bytea NOT NULL,
  PRIMARY KEY (run_id, seq)
) PARTITION BY RANGE (run_id);
-- Large ones are compressed before they come here.
ALTER TABLE step_batch ALTER COLUMN records SET STORAGE EXTERNAL;
CREATE TABLE step_batch_other PARTITION OF step_batch DEFAULT;

-- The last batch of a run travels with its end.
ALTER TABLE run_history ADD COLUMN steps bytea;
ALTER TABLE run_history ALTER COLUMN steps SET STORAGE EXTERNAL;
-- Event and steps of an ordinary run stay in its row; moving them out costs more than reading past them.
DO $$ DECLARE part regclass; BEGIN
  FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'run_history'::regclass LOOP
    EXECUTE format('ALTER TABLE %s SET (toast_tuple_target = 4080)', part);
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION weft_ensure_partitions(days integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d date; part text; parent text;
BEGIN
  PERFORM pg_advisory_xact_lock(7263001);
  FOR d IN SELECT generate_series((now() AT TIME ZONE 'UTC')::date - 1, (now() AT TIME ZONE 'UTC')::date + days, '1 day')::date LOOP
    FOREACH parent IN ARRAY ARRAY['run_history', 'step_run', 'step_batch'] LOOP
      part := parent || '_' || to_char(d, 'YYYYMMDD');
      IF to_regclass(part) IS NULL THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L) WITH (toast_tuple_target = %s)', part, parent,
          weft_uuid_floor(d::timestamp AT TIME ZONE 'UTC'), weft_uuid_floor((d + 1)::timestamp AT TIME ZONE 'UTC'),
          CASE parent WHEN 'run_history' THEN 4080 ELSE 2032 END);
      END IF;
    END LOOP;
  END LOOP;
END $$;
SELECT weft_ensure_partitions(7);
