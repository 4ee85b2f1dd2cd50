-- What workflows keep for themselves between runs: small values by key, per workspace, some for a while only.
CREATE TABLE stored_value (
  workspace_id uuid NOT NULL REFERENCES workspace(id) ON DELETE CASCADE,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 400),
  value jsonb NOT NULL,
  expires_at timestamptz(3),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (workspace_id, key)
);
CREATE INDEX stored_value_expiry ON stored_value (expires_at) WHERE expires_at IS NOT NULL;
