-- Blobs are removed when nothing refers to them; these find what does. Few rows have a reference, so the indexes are small.
CREATE INDEX run_input_ref_idx ON run(input_ref) WHERE input_ref IS NOT NULL;
CREATE INDEX run_history_input_ref_idx ON run_history(input_ref) WHERE input_ref IS NOT NULL;
CREATE INDEX step_run_input_ref_idx ON step_run(input_ref) WHERE input_ref IS NOT NULL;
CREATE INDEX step_run_output_ref_idx ON step_run(output_ref) WHERE output_ref IS NOT NULL;
-- Keys of events are looked through by age; they are written in its order.
CREATE INDEX run_dedup_created_idx ON run_dedup USING brin(created_at);
