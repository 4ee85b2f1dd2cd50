/** Where a vendor sends people back to after they have signed in there. */
import 'server-only';
import { abandonSignIn, completeSignIn } from '@weft/runtime';
import type { Ctx } from '@weft/runtime';
import { WeftError, invalid, toWeftError } from '@weft/errors';
import { publicOrigin } from '../auth/origin.ts';
import { signedIn } from '../auth/session.ts';
import { logger, useCaseContext } from '../context.ts';
import { SIGN_IN_TROUBLE } from './sign-in-trouble.ts';

/** Finishes the sign-in of the person whose session this is, and goes on to the connections, which say how it went. */
export async function comeBack(request: Request): Promise<Response> {
  const { searchParams, search } = new URL(request.url);
  const who = await signedIn(request.headers);
  // The session may have ended at the vendor's page: after signing in here again it goes on.
  if (!who) return goTo(`/sign-in?next=${encodeURIComponent(`/api/oauth/callback${search}`)}`);
  try {
    const name = await finish(await useCaseContext(who.actor), searchParams);
    return goTo(`/connections?connected=${encodeURIComponent(name)}`);
  } catch (thrown) {
    const error = toWeftError(thrown);
    if (error.class !== 'bug') return troubled(error.message);
    logger().error('A sign-in could not be finished', { error });
    return troubled('Something in Weft itself went wrong; it is in the log. Nothing was connected.');
  }
}

/** Gives the name of the account. Throws what is to be told. */
async function finish(ctx: Ctx, answer: URLSearchParams): Promise<string> {
  const [state, code, error] = ['state', 'code', 'error'].map((name) => answer.get(name) ?? '');
  if (!state) throw invalid('sign_in_unknown', 'This address is for coming back from a sign-in. Start one from a connection.');
  if (error) {
    // What an address says is believed of a sign-in only that this person has begun.
    const isOwn = await abandonSignIn(ctx, { state });
    throw refusal(error, isOwn ? (answer.get('error_description') ?? '') : '');
  }
  if (!code) throw invalid('sign_in_code', 'The sign-in page sent you back without a code. Start again from the connection.');
  return (await completeSignIn(ctx, { state, code })).name;
}

function refusal(error: string, description: string): WeftError {
  const message =
    error === 'access_denied'
      ? 'Access was not allowed at the sign-in page, so nothing was connected. Sign in again and allow it to connect the account.'
      : `The sign-in page refused, so nothing was connected.${description ? ` It says: ${description.slice(0, 300)}.` : ''} Check the app there, then sign in again.`;
  return new WeftError({ class: 'auth', code: 'sign_in_refused', message });
}

/** The words go by a cookie: in the address anybody could put words of theirs on our page. */
function troubled(message: string): Response {
  const secure = publicOrigin().startsWith('https:') ? '; Secure' : '';
  const cookie = `${SIGN_IN_TROUBLE}=${encodeURIComponent(message.slice(0, 800))}; Path=/connections; Max-Age=60; HttpOnly; SameSite=Lax${secure}`;
  return goTo('/connections?signIn=failed', { 'set-cookie': cookie });
}

function goTo(path: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store', ...headers } });
}
