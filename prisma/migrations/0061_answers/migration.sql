-- Whether a batch holds the answer to the request that started its run: read by the ingress when no worker told it.
ALTER TABLE step_batch ADD COLUMN answers boolean NOT NULL DEFAULT false;
