/**
 * The access token of the client credentials grant (RFC 6749, section 4.4), shared by all calls of a connection in this
 * process.
 *
 * It is asked for when there is none or it is about to expire, and once more when the service refuses it: a token may be
 * revoked before its time. `refreshOnce` makes one request of however many calls ask at the same time.
 */
import { WeftError, basicAuth, mapFault, reconnect, type CallContext, type ConnectionHandle, type HttpResponse } from '@weft/connector-kit';
import { tokenAddress } from './auth.ts';

interface AccessToken {
  readonly value: string;
  /** Epoch milliseconds; infinite when the service does not tell. */
  readonly expiresAt: number;
}

/** A token that would expire on its way is not used any more. */
const SPARE_MS = 30_000;
const SESSION_KEY = 'accessToken';

/** A token for a call, from the session where it has a good one. Throws `auth` when the service gives none. */
export async function accessToken(context: CallContext, connection: ConnectionHandle): Promise<string> {
  const kept = connection.session.get(SESSION_KEY) as AccessToken | undefined;
  return protectedIn(context, kept !== undefined && kept.expiresAt - SPARE_MS > context.now() ? kept : await renew(context, connection));
}

/** Another token than the one that was refused: what a call at the same time has got, else a new one. */
export async function tokenAfterRefusal(context: CallContext, connection: ConnectionHandle, refused: string): Promise<string> {
  const kept = connection.session.get(SESSION_KEY) as AccessToken | undefined;
  return protectedIn(context, kept !== undefined && kept.value !== refused ? kept : await renew(context, connection));
}

/** Makes the next call ask for a token, whether there is one or not. */
export function forgetToken(connection: ConnectionHandle): void {
  connection.session.delete(SESSION_KEY);
}

/** Each call has its own recording, so each has the token masked. */
function protectedIn(context: CallContext, token: AccessToken): string {
  context.http.protect(token.value);
  return token.value;
}

function renew(context: CallContext, connection: ConnectionHandle): Promise<AccessToken> {
  return connection.refreshOnce(SESSION_KEY, async () => {
    const token = await requestToken(context, connection);
    connection.session.set(SESSION_KEY, token);
    return token;
  });
}

interface TokenAnswer {
  readonly access_token?: unknown;
  readonly expires_in?: unknown;
  readonly error?: unknown;
  readonly error_description?: unknown;
}

async function requestToken(context: CallContext, connection: ConnectionHandle): Promise<AccessToken> {
  const { values } = connection;
  const url = tokenAddress(values);
  if (url === undefined) throw tokenError('This connection has no token URL.', 'tokenUrl');
  const { clientId = '', clientSecret = '', scope = '', audience = '' } = values;
  const inBody = values['sendSecret'] === 'body';
  const form = {
    grant_type: 'client_credentials',
    ...(scope === '' ? {} : { scope }),
    ...(audience === '' ? {} : { audience }),
    ...(inBody ? { client_id: clientId, client_secret: clientSecret } : {}),
  };
  const askedAt = context.now();
  const response = await context.http.request({
    method: 'POST',
    url: url.href,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      // Both are form-encoded first (section 2.3.1), so that a colon in the id cannot be taken for the border.
      ...(inBody ? {} : { authorization: basicAuth(encodeURIComponent(clientId), encodeURIComponent(clientSecret)) }),
    },
    body: new URLSearchParams(form).toString(),
    // A redirect would take the secret to an address that nobody has entered.
    redirect: 'manual',
    // A token more or less does no harm.
    repeatable: true,
  });
  const answer = readAnswer(response);
  const { access_token: value, expires_in: seconds } = answer;
  if (response.status >= 300 || typeof value !== 'string' || value === '') throw refusal(url, { response, answer, nowMs: context.now() });
  context.http.protect(value);
  const lifetimeMs = Number(seconds) * 1000;
  return { value, expiresAt: lifetimeMs > 0 ? askedAt + lifetimeMs : Infinity };
}

function readAnswer(response: HttpResponse): TokenAnswer {
  try {
    const answer = response.json();
    return typeof answer === 'object' && answer !== null ? (answer as TokenAnswer) : {};
  } catch {
    // A web page or plain text: it holds no token, which is what is told.
    return {};
  }
}

/** What the token service's words mean for the person who filled in the form (RFC 6749, section 5.2). */
const REFUSALS: Readonly<Record<string, { readonly field: string; readonly advice: string }>> = {
  invalid_client: { field: 'clientSecret', advice: 'Check the client ID and secret, and the way the secret is sent.' },
  unauthorized_client: { field: 'clientId', advice: 'This client may not use client credentials; allow it there.' },
  unsupported_grant_type: { field: 'tokenUrl', advice: 'This service gives no tokens for client credentials.' },
  invalid_scope: { field: 'scope', advice: 'Check the scope.' },
  invalid_target: { field: 'audience', advice: 'Check the audience.' },
};

function refusal(url: URL, facts: { response: HttpResponse; answer: TokenAnswer; nowMs: number }): WeftError {
  const { response, answer, nowMs } = facts;
  const { status, headers } = response;
  if (status === 429 || status >= 500) return mapFault({ vendor: url.host, rules: [] }, { status, headers, nowMs, subject: 'a token' });
  const code = typeof answer.error === 'string' ? answer.error : undefined;
  const description = typeof answer.error_description === 'string' ? answer.error_description : undefined;
  const said = [code, description].filter(Boolean).join(': ').slice(0, 300);
  const known = code === undefined || !Object.hasOwn(REFUSALS, code) ? undefined : REFUSALS[code];
  const isRefused = known !== undefined || status === 401;
  if (said !== '') {
    const words = /[.!?]$/.test(said) ? said : `${said}.`;
    const message = `${url.host} gives no access token: ${words} ${known?.advice ?? ''}`.trim();
    return tokenError(message, known?.field ?? 'tokenUrl', { isRefused });
  }
  if (status === 401 || status === 403) {
    const { field, advice } = REFUSALS['invalid_client'] ?? { field: 'clientSecret', advice: '' };
    return tokenError(`${url.host} gives no access token: it answered ${status}. ${advice}`, field, { isRefused });
  }
  return tokenError(`${url.host}${url.pathname} answered ${status} without an access token. Check the token URL.`, 'tokenUrl');
}

/** `isRefused`: the service knows the grant and refuses this account, until a person has changed something. */
function tokenError(message: string, field: string, { isRefused = false } = {}): WeftError {
  if (isRefused) return reconnect(message, { code: 'no_access_token', detail: { field } });
  return new WeftError({ class: 'auth', code: 'no_access_token', message, detail: { field } });
}
