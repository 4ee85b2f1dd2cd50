/**
 * The access token of a connection, shared by all its calls in all processes.
 *
 * A token is *proven* once a call with it succeeded. A proven token that is refused has expired: it is renewed, once
 * however many calls notice, in whichever process. One that was made a moment ago and never proven would be refused
 * again: the account must be reconnected. That ends the endless renewal jsforce would go into.
 */
import {
  WeftError,
  doNotRetry,
  isWeftError,
  reconnect,
  type CallContext,
  type ConnectionHandle,
  type ConnectionValues,
} from '@weft/connector-kit';
import { loginOf } from './auth.ts';

/** Lowest version with all that is used here: collection upsert and the answer body of upsert (46.0), duplicate header (52.0). */
const MINIMUM_VERSION = 52;
const DEFAULT_VERSION = '66.0';
/** How long a token that was never proven counts as new. */
const NEW_MS = 10_000;

/** What processes share. */
interface TokenState {
  readonly accessToken: string;
  readonly instanceUrl: string;
  /** As in paths: `66.0`. */
  readonly version: string;
  /** Org and user, `00D…/005…`. */
  readonly identity: string;
  /** Epoch milliseconds. */
  readonly madeAt: number;
}

export interface SalesforceToken extends TokenState {
  proven: boolean;
  /** Asked for by this process: one of another process may have been proven there. */
  readonly isOwn: boolean;
}

interface TokenAnswer {
  readonly access_token?: string;
  readonly instance_url?: string;
  readonly refresh_token?: string;
  readonly id?: string;
  readonly error?: string;
  readonly error_description?: string;
}

/** The connection behind a call. The kit has made sure that there is one. */
export function connectionOf(context: CallContext): ConnectionHandle {
  if (context.connection === undefined)
    throw new WeftError({ class: 'auth', code: 'connection_missing', message: 'Choose a Salesforce connection.' });
  return context.connection;
}

/** The present token, asked for when there is none. */
export async function currentToken(context: CallContext): Promise<SalesforceToken> {
  const token = connectionOf(context).session.get('token') as SalesforceToken | undefined;
  return token ?? obtain(context, { key: 'token', isGood: () => true });
}

/** A token that is asked for now, whatever there is: tells whether the account still gets one. */
export function newToken(context: CallContext): Promise<SalesforceToken> {
  const startedAt = context.now();
  return obtain(context, { key: 'newToken', isGood: (token) => token.madeAt > startedAt });
}

/** Another token than the one that was refused. Throws `auth` when renewing cannot help. */
export async function tokenAfterRefusal(context: CallContext, refused: string): Promise<SalesforceToken> {
  const token = connectionOf(context).session.get('token') as SalesforceToken | undefined;
  if (token !== undefined && token.accessToken !== refused) return token;
  if (token !== undefined && token.isOwn && !token.proven && context.now() - token.madeAt < NEW_MS) {
    throw reconnect(
      'Salesforce refuses the session although its token is new. Check the integration user and the app’s policies, then reconnect the account.',
      { code: 'session_refused' },
    );
  }
  return obtain(context, { key: 'token', isGood: (other) => other.accessToken !== refused });
}

async function obtain(
  context: CallContext,
  { key, isGood }: { key: string; isGood: (token: TokenState) => boolean },
): Promise<SalesforceToken> {
  const { session, refreshOnce, shared } = connectionOf(context);
  return refreshOnce(key, async () => {
    let isOwn = false;
    const make = (values: ConnectionValues): ReturnType<typeof requestToken> => {
      isOwn = true;
      return requestToken(context, values);
    };
    const state = await shared<TokenState>({ isGood, make, signal: context.signal });
    const token: SalesforceToken = { ...state, proven: false, isOwn };
    session.set('token', token);
    return token;
  });
}

async function requestToken(context: CallContext, values: ConnectionValues): Promise<{ state: TokenState; replaced?: ConnectionValues }> {
  const { origin, grant } = loginOf(values);
  const wished = wishedVersion(values);
  // A token more or less does no harm.
  const answer = await requestGrant(context, { origin, form: grant(context.now()), isRepeatable: true });
  // From here on nothing may fail: the refresh token may have been replaced, and the old one is worth nothing any more.
  const version = await usableVersion(context, { wished, instanceUrl: answer.instance_url });
  const { refresh_token: refreshToken } = answer;
  return {
    state: {
      accessToken: answer.access_token,
      instanceUrl: new URL(answer.instance_url).origin,
      version,
      identity: answer.id?.split('/').slice(-2).join('/') ?? '',
      madeAt: context.now(),
    },
    ...(refreshToken === undefined || refreshToken === values['refreshToken'] ? {} : { replaced: { refreshToken } }),
  };
}

/** Asks the token service. Throws `auth` naming the field of the form that is wrong, where its answer tells. */
export async function requestGrant(
  context: CallContext,
  grant: { origin: string; form: Readonly<Record<string, string>>; isRepeatable: boolean },
): Promise<TokenAnswer & { access_token: string; instance_url: string }> {
  for (const name of ['assertion', 'code', 'code_verifier', 'refresh_token'])
    if (grant.form[name] !== undefined) context.http.protect(grant.form[name]);
  const response = await context.http.request({
    method: 'POST',
    url: `${grant.origin}/services/oauth2/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(grant.form).toString(),
    repeatable: grant.isRepeatable,
  });
  if (response.status >= 500)
    throw new WeftError({
      class: 'transient',
      code: `http_${response.status}`,
      message: `Salesforce could not give a token just now (${response.status}).`,
    });
  const answer = tokenAnswer(response.status, () => response.json());
  const { access_token, instance_url } = answer;
  if (access_token === undefined || instance_url === undefined) throw tokenError(response.status, answer);
  context.http.protect(access_token);
  if (answer.refresh_token !== undefined) context.http.protect(answer.refresh_token);
  return { ...answer, access_token, instance_url };
}

function tokenAnswer(status: number, read: () => unknown): TokenAnswer {
  try {
    return (read() ?? {}) as TokenAnswer;
  } catch (cause) {
    throw new WeftError({
      class: 'invalid',
      code: 'not_salesforce',
      message: `This address does not answer as a Salesforce org (${status}). Check the address.`,
      cause,
    });
  }
}

/** What the token service's words mean for the person who filled in the form. */
const TOKEN_FAULTS: readonly { readonly test: RegExp; readonly field?: string; readonly message: string }[] = [
  {
    test: /request not supported on this domain/i,
    field: 'loginUrl',
    message:
      'Client credentials work on the org’s own My Domain only. Use https://<name>.my.salesforce.com, not login or test.salesforce.com.',
  },
  {
    test: /no client credentials user/i,
    field: 'clientId',
    message: 'The app has no Run As user. Open the External Client App › Policies › Client Credentials Flow and choose one.',
  },
  {
    test: /client.?credentials.*(not|disabled)|unsupported_grant_type/i,
    field: 'clientId',
    message: 'The app does not allow this way of signing in. Enable its flow in the External Client App.',
  },
  {
    test: /invalid_client_id|client identifier invalid/i,
    field: 'clientId',
    message: 'Salesforce does not know this consumer key in this org. A new app needs up to ten minutes.',
  },
  {
    test: /invalid_client|invalid client credentials|client secret/i,
    field: 'clientSecret',
    message: 'The consumer secret does not belong to this consumer key.',
  },
  {
    test: /user hasn.t approved this consumer|user is not admin approved/i,
    field: 'username',
    message:
      'The user is not allowed to use the app. Set its policy to "Admin approved users are pre-authorized" and give the user a permission set of it.',
  },
  {
    test: /ip restricted/i,
    message:
      'The app does not accept this server’s address. Relax the IP restriction in the app’s policies, or add the address to the trusted ranges.',
  },
  {
    test: /inactive user|inactive_user/i,
    message: 'The user is not active any more. Activate the user in Salesforce, or sign in as another one.',
  },
  { test: /inactive_org|organization.*(inactive|suspended|locked)/i, message: 'The org is inactive or locked. Ask Salesforce about it.' },
  {
    test: /app_blocked|app blocked|OAUTH_APP_BLOCKED/i,
    field: 'clientId',
    message: 'An administrator has blocked this app in the org. Unblock it under Connected Apps OAuth Usage.',
  },
  {
    test: /audience is invalid/i,
    field: 'audience',
    message: 'The audience is not this org’s. It is https://login.salesforce.com, or https://test.salesforce.com for a sandbox.',
  },
  {
    test: /invalid assertion/i,
    field: 'privateKey',
    message: 'The signature is not accepted: the private key does not belong to the certificate of the app, or the username is unknown.',
  },
  { test: /redirect_uri/i, field: 'clientId', message: 'The app does not list this installation’s callback address.' },
  { test: /authorization code/i, field: 'signInUrl', message: 'The sign-in has expired or was used before. Sign in again.' },
  {
    test: /expired access\/refresh token|token/i,
    field: 'refreshToken',
    message: 'The refresh token has expired or was revoked. Sign in again and reconnect the account.',
  },
];

/** Answers that say nothing about the account: later it may work. */
const PASSING = /unknown_error|temporarily_unavailable|server_error|rate.?limit|login rate exceeded/i;

function tokenError(status: number, answer: TokenAnswer): WeftError {
  const said = [answer.error, answer.error_description].filter(Boolean).join(': ');
  if (status === 429 || PASSING.test(said))
    return new WeftError({
      class: status === 429 || /rate/i.test(said) ? 'throttled' : 'transient',
      code: answer.error ?? `http_${status}`,
      message: `Salesforce gives no token just now: ${said || status}.`,
    });
  const fault = TOKEN_FAULTS.find(({ test }) => test.test(said));
  const code = answer.error ?? `http_${status}`;
  const message = `Salesforce gives no token. ${fault?.message ?? `It says: ${said || status}.`}`;
  return reconnect(message, { code, detail: { ...(fault?.field === undefined ? {} : { field: fault.field }), said } });
}

function wishedVersion(values: ConnectionValues): string {
  const wished = values['apiVersion']?.replace(/^v/i, '').trim() || DEFAULT_VERSION;
  if (/^\d{2,3}\.0$/.test(wished) && Number(wished) >= MINIMUM_VERSION) return wished;
  throw doNotRetry(`API version "${wished}" cannot be used. Give one such as 66.0, at least ${MINIMUM_VERSION}.0.`, {
    code: 'version_malformed',
  });
}

/** The wished version when the org has it, else the org's newest. The list of versions needs no token. */
async function usableVersion(context: CallContext, { wished, instanceUrl }: { wished: string; instanceUrl: string }): Promise<string> {
  try {
    const response = await context.http.request({ url: `${new URL(instanceUrl).origin}/services/data/` });
    if (response.status !== 200) return wished;
    const versions = (response.json() as { version?: string }[])
      .map((entry) => Number(entry.version))
      .filter((version) => !Number.isNaN(version));
    const newest = Math.max(...versions);
    return versions.length === 0 || Number(wished) <= newest ? wished : `${newest.toFixed(1)}`;
  } catch (error) {
    if (isWeftError(error)) return wished;
    throw error;
  }
}
