import type pg from 'pg';

/**
 * Settings of a connection. Commits stay synchronous: an accepted run must survive a power cut.
 * The times keep a half-open connection or a forgotten transaction from blocking others for long.
 */
export function connectionSettings(options: { readonly url: string; readonly applicationName?: string }): pg.ClientConfig {
  return {
    connectionString: options.url,
    application_name: options.applicationName ?? 'weft',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 10_000,
    idle_in_transaction_session_timeout: 10_000,
    query_timeout: 15_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}
