-- People on their way to a vendor's sign-in page and back. The state that comes back is known by its SHA-256 only; the
-- PKCE verifier and the form are sealed. A row is taken once: DELETE … RETURNING.
CREATE TABLE pending_sign_in (
  state_hash text PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspace(id) ON DELETE CASCADE,
  user_id text NOT NULL REFERENCES "user"(id) ON DELETE CASCADE,
  connection_id uuid REFERENCES connection(id) ON DELETE CASCADE, -- signing in again
  connector text NOT NULL,
  auth_scheme text NOT NULL,
  name text NOT NULL,
  sealed bytea NOT NULL,
  key_id text NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX pending_sign_in_expiry ON pending_sign_in (expires_at);
