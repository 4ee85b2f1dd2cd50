import type { ApiReply, ApiRequest } from '../http.ts';
import { headerOf } from '../http.ts';
import type { Quirks } from '../quirks.ts';
import { authorizePage, type Person } from './authorize-page.ts';
import { bearerOf } from './bearer.ts';
import { identity, userInfo } from './identity.ts';
import { checkAssertion } from './jwt-bearer.ts';
import { signatureOf, type Session, type Sessions } from './sessions.ts';
import type { SalesforceStore } from './store.ts';

/** The org and its one app. */
export interface SalesforceAccount {
  orgId: string;
  clientId: string;
  clientSecret: string;
  /** Who client-credentials calls run as. */
  integrationUserId: string;
}

interface OAuthContext {
  account: SalesforceAccount;
  sessions: Sessions;
  store: SalesforceStore;
  quirks: Quirks;
  clock: () => number;
}

/** /services/oauth2/… and /id/…: tokens, the consent page, who am I. */
export function oauthReply(context: OAuthContext, request: ApiRequest): ApiReply {
  const path = request.path.replace(/\/$/, '');
  if (path === '/services/oauth2/authorize') return authorize(context, request);
  if (path === '/services/oauth2/token') return token(context, request);
  if (path === '/services/oauth2/revoke') {
    const given = formOf(request).get('token') ?? '';
    return context.sessions.revoke(given) ? { status: 200 } : oauthError('invalid_token', 'invalid token: token is not valid');
  }
  const session = context.sessions.find(bearerOf(request) ?? '');
  if (!session) return { status: 403, text: 'Bad_OAuth_Token' };
  const user = context.store.get('User', path.startsWith('/id/') ? (path.split('/')[3] ?? '') : session.userId);
  if (!user) return { status: 404, text: 'Not Found' };
  return { status: 200, body: path.startsWith('/id/') ? identity(context, request, user) : userInfo(context, request, user) };
}

function formOf(request: ApiRequest): URLSearchParams {
  const form = new URLSearchParams(request.body);
  for (const [name, value] of request.query) if (!form.has(name)) form.set(name, value);
  // Client credentials may come as a Basic header instead.
  const basic = /^Basic\s+(.+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
  if (basic) {
    const [id = '', ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
    form.set('client_id', decodeURIComponent(id));
    form.set('client_secret', decodeURIComponent(secret.join(':')));
  }
  return form;
}

function authorize(context: OAuthContext, request: ApiRequest): ApiReply {
  const form = formOf(request);
  const redirect = form.get('redirect_uri') ?? '';
  if (form.get('client_id') !== context.account.clientId) return oauthError('invalid_client_id', 'client identifier invalid');
  if (!URL.canParse(redirect) || !/^https?:/.test(redirect))
    return oauthError('redirect_uri_mismatch', 'redirect_uri must match configuration');
  if (form.get('response_type') !== 'code') return oauthError('unsupported_response_type', 'response type not supported');
  const chosen = context.store.get('User', form.get('user') ?? '');
  const decision = form.get('decision');
  if (!decision)
    return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, text: authorizePage(form, people(context)) };
  const target = new URL(redirect);
  if (decision === 'allow') {
    const code = context.sessions.openCode({
      userId: chosen?.Id ?? context.account.integrationUserId,
      clientId: context.account.clientId,
      scope: form.get('scope') ?? 'api refresh_token',
      challenge: form.get('code_challenge') ?? undefined,
      redirectUri: redirect,
    });
    target.searchParams.set('code', code);
  } else {
    target.searchParams.set('error', 'access_denied');
    target.searchParams.set('error_description', 'end-user denied authorization');
  }
  const state = form.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.href } };
}

function people(context: OAuthContext): Person[] {
  return context.store
    .all('User')
    .filter((user) => user['IsActive'] === true)
    .map((user) => ({ id: user.Id, name: String(user['Name']), title: String(user['Title'] ?? ''), username: String(user['Username']) }));
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

type Grant = (context: OAuthContext, request: ApiRequest, form: URLSearchParams) => ApiReply;

/** What each grant type gives. Username and password are not among them: that flow is retired. */
const GRANTS: Readonly<Record<string, Grant>> = {
  authorization_code(context, request, form) {
    const { sessions } = context;
    const session = sessions.redeem({
      code: form.get('code') ?? '',
      verifier: form.get('code_verifier') ?? undefined,
      redirectUri: form.get('redirect_uri') ?? undefined,
    });
    if (!session) return oauthError('invalid_grant', 'invalid authorization code');
    return tokenReply(context, request, { session, refreshToken: sessions.openRefresh(session) });
  },
  refresh_token(context, request, form) {
    const { sessions, quirks } = context;
    const token = form.get('refresh_token') ?? '';
    const session = sessions.findRefresh(token);
    if (!session) return oauthError('invalid_grant', 'expired access/refresh token');
    return tokenReply(context, request, {
      session,
      ...(quirks.refreshTokenRotation ? { refreshToken: sessions.rotateRefresh(token, session) } : {}),
    });
  },
  client_credentials(context, request) {
    const { account, quirks } = context;
    if (/^(login|test)\.salesforce\./.test(headerOf(request, 'host') ?? ''))
      return oauthError('invalid_grant', 'request not supported on this domain');
    if (quirks.noRunAsUser) return oauthError('invalid_grant', 'no client credentials user enabled');
    return tokenReply(context, request, { session: { userId: account.integrationUserId, clientId: account.clientId, scope: 'api' } });
  },
  [JWT_BEARER](context, request, form) {
    const { account, sessions } = context;
    const checked = checkAssertion(form.get('assertion') ?? '', {
      clientId: account.clientId,
      publicKey: sessions.publicKey,
      audiences: ['https://login.salesforce.com', 'https://test.salesforce.com', request.origin],
      now: context.clock(),
    });
    if ('refusal' in checked) return oauthError(...checked.refusal);
    const user = context.store.all('User').find((row) => String(row['Username']).toLowerCase() === checked.username.toLowerCase());
    if (user?.['IsActive'] !== true) return oauthError('invalid_grant', "user hasn't approved this consumer");
    return tokenReply(context, request, { session: { userId: user.Id, clientId: account.clientId, scope: 'api' } });
  },
};

function token(context: OAuthContext, request: ApiRequest): ApiReply {
  const { account } = context;
  const form = formOf(request);
  const name = form.get('grant_type') ?? '';
  const grant = Object.hasOwn(GRANTS, name) ? GRANTS[name] : undefined;
  if (!grant) return oauthError('unsupported_grant_type', 'grant type not supported');
  // An assertion names its app itself.
  if (name !== JWT_BEARER) {
    if (form.get('client_id') !== account.clientId) return oauthError('invalid_client_id', 'client identifier invalid');
    const secret = form.get('client_secret');
    if ((secret !== null || name === 'client_credentials') && secret !== account.clientSecret)
      return oauthError('invalid_client', 'invalid client credentials');
  }
  return grant(context, request, form);
}

function tokenReply(context: OAuthContext, request: ApiRequest, given: { session: Session; refreshToken?: string }): ApiReply {
  const id = `${request.origin}/id/${context.account.orgId}/${given.session.userId}`;
  const issuedAt = String(context.clock());
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: {
      access_token: context.sessions.open(given.session),
      ...(given.refreshToken ? { refresh_token: given.refreshToken } : {}),
      signature: signatureOf(context.account.clientSecret, id, issuedAt),
      scope: given.session.scope,
      instance_url: request.origin,
      id,
      token_type: 'Bearer',
      issued_at: issuedAt,
    },
  };
}

function oauthError(error: string, description: string): ApiReply {
  return { status: 400, body: { error, error_description: description } };
}
