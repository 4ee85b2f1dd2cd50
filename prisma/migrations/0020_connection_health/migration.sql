-- Accounts over time: what processes share of one, who renews it, when it was looked at, and what waits for it.
ALTER TABLE connection
  ADD COLUMN revision integer NOT NULL DEFAULT 1,      -- counts what people change; what a vendor replaces does not count
  ADD COLUMN session bytea,                            -- sealed: the access token that all processes use
  ADD COLUMN renew_by uuid,                            -- who is asking the vendor for another one
  ADD COLUMN renew_until timestamptz(3),
  ADD COLUMN next_check_at timestamptz(3) DEFAULT now(),
  ADD COLUMN check_failures integer NOT NULL DEFAULT 0,
  ADD COLUMN usage jsonb,                              -- {used, limit, period, at}
  ADD COLUMN expires_at timestamptz(3),                -- of the secret or certificate: entered by a person, or told by it
  DROP CONSTRAINT connection_status_check,
  ADD CONSTRAINT connection_status_check CHECK (status IN ('unchecked', 'ok', 'failed', 'reconnect'));
CREATE INDEX connection_check_idx ON connection(next_check_at);

-- Runs that wait until an account is reconnected.
ALTER TABLE run ADD COLUMN parked_on uuid;
CREATE INDEX run_parked_idx ON run(parked_on) WHERE parked_on IS NOT NULL;
