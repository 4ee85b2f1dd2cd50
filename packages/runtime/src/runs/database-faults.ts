/**
 * What a failure of the database means for a group write.
 */
import { WeftError, isWeftError, toWeftError } from '@weft/errors';

/** `poison`: the data of one item is refused. `lostAnswer`: it may have been written. `final`: anything else. */
export type DatabaseFault = 'poison' | 'lostAnswer' | 'final';

// SQLSTATE classes. 22: the value is refused; 54: a limit of Postgres is passed.
const POISON = /^(22|54)/;
// 08: connection; 40: rolled back, may be repeated; 53: out of resources; 55P03: lock not available; 57: cancelled or shutting down.
const REPEATABLE = /^(08|40|53|57|55P03)/;
const SOCKET = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

// How the driver says, without a code, that it has no connection.
const DRIVER =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout exceeded when|timeout expired)/;

/** Reads the kind of a database failure from what was thrown. */
export function faultOf(error: unknown): DatabaseFault {
  if (!(error instanceof Error)) return 'final';
  const code = 'code' in error ? String(error.code) : '';
  if (POISON.test(code)) return 'poison';
  const isLost = code === '' ? DRIVER.test(error.message) : REPEATABLE.test(code) || SOCKET.has(code);
  return isLost ? 'lostAnswer' : 'final';
}

/** Whether the database was away when a step failed: the step can be tried again, and nothing is wrong with its run. */
export function isAway(thrown: unknown): boolean {
  // What a connector did not expect carries what was thrown; its own failures are its vendor's.
  const cause = isWeftError(thrown) && thrown.class === 'bug' ? thrown.cause : thrown;
  return !isWeftError(cause) && faultOf(cause) === 'lostAnswer';
}

/** What was thrown, as an error that can be told: one that says to try again while the database is away. */
export function toTold(thrown: unknown): WeftError {
  if (!isAway(thrown)) return toWeftError(thrown);
  return new WeftError({
    class: 'transient',
    code: 'database_away',
    message: 'Weft cannot reach its database at the moment. Nothing was taken; try again in a few seconds.',
    cause: thrown,
  });
}

/** The error of a run whose data the database refuses. */
export function refusedByDatabase(error: unknown): WeftError {
  const reason = error instanceof Error ? error.message : String(error);
  return new WeftError({
    class: 'invalid',
    code: 'not_storable',
    message: `The database refused to store this step's data: ${reason}.`,
    cause: error,
  });
}
