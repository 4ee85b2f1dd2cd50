/** Salesforce through jsforce, with jsforce's own networking, retrying and endless session renewal taken out. */
import type { Connection } from '@jsforce/jsforce-node';
import type { CallContext } from '@weft/connector-kit';
import { salesforceError, type LastAnswer, type SentRecord } from './errors.ts';
import { despiteLocks } from './locks.ts';
import { currentToken, tokenAfterRefusal, type SalesforceToken } from './token.ts';
import { createTransport, type StreamPromiseMaker } from './transport.ts';

/** Appears in change events as `client=…`, by which our own changes can be told. */
export const CLIENT_NAME = 'weft';

export interface Salesforce {
  /**
   * Does work with jsforce, again when a row is locked; whatever it throws comes out as a `WeftError` that names `subject`,
   * the record it is about. `sent`: what was written, to tell by which field it points to a record that is not there.
   */
  run<T>(work: (connection: Connection) => PromiseLike<T>, subject?: string, sent?: SentRecord): Promise<T>;
  /** What was answered last. */
  lastAnswer(): LastAnswer | undefined;
  /** Id of the user all calls are made as; empty when the org did not tell. */
  readonly userId: string;
  /** The org's clock at the last answer, epoch milliseconds; undefined before the first. */
  serverTime(): number | undefined;
}

/** Opens the account of a call. One per call: its requests are recorded with that call. */
export async function openSalesforce(context: CallContext): Promise<Salesforce> {
  // Loaded on first use: a process that only lists connectors never pays for it.
  const jsforce = await import('@jsforce/jsforce-node/lib/core.js');
  const token = await currentToken(context);
  context.http.protect(token.accessToken);
  let last: LastAnswer | undefined;
  let refusal: unknown;
  const otherToken = async (refused: string): Promise<SalesforceToken | Error> => {
    try {
      const next = await tokenAfterRefusal(context, refused);
      context.http.protect(next.accessToken);
      return next;
    } catch (error) {
      // jsforce keeps only the text of an error here; the error itself is kept beside it.
      refusal = error;
      return error instanceof Error ? error : new Error(String(error));
    }
  };
  const connection = new jsforce.Connection({
    instanceUrl: token.instanceUrl,
    accessToken: token.accessToken,
    version: token.version,
    callOptions: { client: CLIENT_NAME },
    refreshFn: async (current, done) => {
      const next = await otherToken(current.accessToken ?? '');
      if (next instanceof Error) done(next);
      else done(null, next.accessToken);
    },
  });
  const transport = createTransport(context, jsforce.StreamPromise as unknown as StreamPromiseMaker, (answer) => (last = answer));
  // jsforce has no option for the transport; every request of its REST side goes through this member.
  (connection as unknown as { _transport: unknown })._transport = transport;
  return {
    run: (work, subject, sent) =>
      despiteLocks(context.signal, async () => {
        try {
          return await work(connection);
        } catch (thrown) {
          throw salesforceError(refusal ?? thrown, { last, nowMs: context.now(), subject, sent });
        }
      }),
    lastAnswer: () => last,
    userId: token.identity.split('/')[1] ?? '',
    serverTime: () => {
      const at = Date.parse(last?.headers['date'] ?? '');
      return Number.isNaN(at) ? undefined : at;
    },
  };
}
