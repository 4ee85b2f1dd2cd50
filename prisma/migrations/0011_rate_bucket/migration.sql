-- What a connection may still call, shared by all workers: a token bucket, a pause that the vendor asked for, and a circuit
-- that is open while the vendor fails. It may be lost in a crash of the database, upon which it is simply full again; so it
-- costs no write-ahead log.
CREATE UNLOGGED TABLE rate_bucket (
  key text PRIMARY KEY,                -- the connection's id
  tokens float8 NOT NULL,
  refilled_at timestamptz NOT NULL,
  paused_until timestamptz,            -- the vendor said when to come again
  circuit_open_until timestamptz,      -- null: closed. Past: the next call finds out whether the vendor is back
  circuit_reason text
) WITH (fillfactor = 50);

-- Takes up to `want` calls. When the rate is used up, one call is granted that may be made in `wait_ms`, unless that is
-- longer than `max_wait_ms`. `granted` 0: none, ask again in `wait_ms`; `because` says why: 'paused', 'circuit', or null when
-- the rate is used up. 'probe' with 1 granted: the circuit was open, and this call finds out whether it has to stay so.
CREATE FUNCTION weft_take_calls(bucket text, want integer, per_minute float8, burst float8, max_wait_ms float8, probe_ms float8)
RETURNS TABLE (granted integer, wait_ms float8, because text) LANGUAGE plpgsql AS $$
DECLARE b rate_bucket%ROWTYPE; at timestamptz; available float8;
BEGIN
  SELECT * INTO b FROM rate_bucket WHERE key = bucket FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO rate_bucket(key, tokens, refilled_at) VALUES (bucket, burst, clock_timestamp()) ON CONFLICT (key) DO NOTHING;
    SELECT * INTO b FROM rate_bucket WHERE key = bucket FOR UPDATE;
  END IF;
  at := clock_timestamp(); -- after the wait for the row
  IF b.paused_until > at THEN
    RETURN QUERY SELECT 0, extract(epoch FROM b.paused_until - at)::float8 * 1000, 'paused';
    RETURN;
  END IF;
  IF b.circuit_open_until > at THEN
    RETURN QUERY SELECT 0, extract(epoch FROM b.circuit_open_until - at)::float8 * 1000, 'circuit';
    RETURN;
  END IF;
  IF b.circuit_open_until IS NOT NULL THEN
    UPDATE rate_bucket SET circuit_open_until = at + make_interval(secs => probe_ms / 1000) WHERE key = bucket;
    RETURN QUERY SELECT 1, 0::float8, 'probe';
    RETURN;
  END IF;
  available := least(burst, b.tokens + greatest(0, extract(epoch FROM at - b.refilled_at)::float8) * per_minute / 60);
  granted := least(want, floor(available)::integer);
  wait_ms := 0;
  IF granted < 1 THEN
    wait_ms := (1 - available) * 60000 / per_minute;
    granted := (wait_ms <= max_wait_ms)::integer; -- the bucket goes below zero: those who come later wait longer
  END IF;
  UPDATE rate_bucket SET tokens = available - granted, refilled_at = at WHERE key = bucket;
  RETURN QUERY SELECT granted, wait_ms, NULL::text;
END $$;
