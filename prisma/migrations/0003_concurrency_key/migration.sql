-- Runs of one workflow with the same key go one at a time, in the order in which they were accepted.
CREATE INDEX run_concurrency_idx ON run(workflow_id, concurrency_key, id) WHERE concurrency_key IS NOT NULL;
