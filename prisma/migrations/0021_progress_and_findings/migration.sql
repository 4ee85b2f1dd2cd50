-- How far long calls of a run are, by path: {path: {attempt, text, done, total, at}}. Said while they go on, gone with the run.
ALTER TABLE run ADD COLUMN progress jsonb;

-- What the last search beside deliveries found and mended, in a sentence.
ALTER TABLE trigger_binding
  ADD COLUMN last_found text,
  ADD COLUMN last_found_at timestamptz(3);
