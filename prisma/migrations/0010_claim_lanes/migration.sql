-- How many runs of its workflow may go on at once; such runs are claimed by a statement that counts.
ALTER TABLE run ADD COLUMN concurrency_limit smallint;
CREATE INDEX run_limited_idx ON run(workflow_id, id) WHERE concurrency_limit IS NOT NULL;
-- Runs that were being executed when their worker died: few, and looked for every second.
CREATE INDEX run_suspect_idx ON run(id) WHERE recovery_count > 0;
-- Claims go from workspace to workspace.
CREATE INDEX run_queued_workspace_idx ON run(workspace_id, priority, id) WHERE status = 'queued';
DROP INDEX run_queued_idx;
