-- Answers too large for their row lie in a blob; this finds them when blobs are removed that nothing refers to.
CREATE INDEX run_wait_answer_ref_idx ON run_wait(answer_ref) WHERE answer_ref IS NOT NULL;
