-- Events and values of steps are written, read whole and never searched: kept as the text they came as. As jsonb an event
-- takes half as much again, in its row and in the log, each time its run's row is written. Older builds write and read
-- these columns as before. The tables are rewritten: on a large history this takes a while, once.
ALTER TABLE run ALTER COLUMN input TYPE json;
ALTER TABLE run_history ALTER COLUMN input TYPE json;
ALTER TABLE step_run ALTER COLUMN input TYPE json, ALTER COLUMN output TYPE json, ALTER COLUMN exchanges TYPE json;
