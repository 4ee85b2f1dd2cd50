import 'server-only';
import type { SignedIn } from '../auth/session.ts';
import { signedIn } from '../auth/session.ts';

/** What every procedure is given before it is known who asks. */
export interface TrpcContext {
  readonly who: SignedIn | undefined;
}

/** Reads the session of a request. */
export async function createTrpcContext(headers: Headers): Promise<TrpcContext> {
  return { who: await signedIn(headers) };
}
