import type { ApiReply, ApiRequest, Json } from '../http.ts';
import { headerOf } from '../http.ts';
import type { Quirks } from '../quirks.ts';
import { authorizePage } from './authorize-page.ts';
import { signatureOf, type Session, type Sessions } from './sessions.ts';
import type { Fields, SalesforceStore } from './store.ts';

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

/** The token of an Authorization header; jsforce says Bearer, CometD says OAuth. */
export function bearerOf(request: ApiRequest): string | undefined {
  return /^(?:Bearer|OAuth)\s+(.+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
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
  const decision = form.get('decision');
  if (!decision)
    return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, text: authorizePage(form, people(context)) };
  const target = new URL(redirect);
  if (decision === 'allow') {
    const code = context.sessions.openCode({
      userId: form.get('user') ?? context.account.integrationUserId,
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

function people(context: OAuthContext): { id: string; name: string }[] {
  return context.store
    .all('User')
    .filter((user) => user['IsActive'] === true)
    .map((user) => ({ id: user.Id, name: String(user['Name']) }));
}

function token(context: OAuthContext, request: ApiRequest): ApiReply {
  const { account, sessions, quirks } = context;
  const form = formOf(request);
  const grant = form.get('grant_type');
  if (grant !== 'client_credentials' && grant !== 'refresh_token' && grant !== 'authorization_code')
    return oauthError('unsupported_grant_type', 'grant type not supported');
  if (form.get('client_id') !== account.clientId) return oauthError('invalid_client_id', 'client identifier invalid');
  const secret = form.get('client_secret');
  if ((secret !== null || grant === 'client_credentials') && secret !== account.clientSecret)
    return oauthError('invalid_client', 'invalid client credentials');
  if (grant === 'client_credentials') {
    if (/^(login|test)\.salesforce\./.test(headerOf(request, 'host') ?? ''))
      return oauthError('invalid_grant', 'request not supported on this domain');
    if (quirks.noRunAsUser) return oauthError('invalid_grant', 'no client credentials user enabled');
    return tokenReply(context, request, { session: { userId: account.integrationUserId, clientId: account.clientId, scope: 'api' } });
  }
  if (grant === 'refresh_token') {
    const session = sessions.findRefresh(form.get('refresh_token') ?? '');
    return session ? tokenReply(context, request, { session }) : oauthError('invalid_grant', 'expired access/refresh token');
  }
  const session = sessions.redeem({
    code: form.get('code') ?? '',
    verifier: form.get('code_verifier') ?? undefined,
    redirectUri: form.get('redirect_uri') ?? undefined,
  });
  if (!session) return oauthError('invalid_grant', 'invalid authorization code');
  return tokenReply(context, request, { session, refreshToken: sessions.openRefresh(session) });
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

function userInfo(context: OAuthContext, request: ApiRequest, user: Fields): Json {
  const id = `${request.origin}/id/${context.account.orgId}/${user.Id}`;
  return {
    sub: id,
    user_id: user.Id,
    organization_id: context.account.orgId,
    preferred_username: user['Username'],
    nickname: user['Alias'],
    name: user['Name'],
    email: user['Email'],
    email_verified: true,
    given_name: user['FirstName'],
    family_name: user['LastName'],
    zoneinfo: user['TimeZoneSidKey'],
    photos: photosOf(request),
    profile: `${request.origin}/${user.Id}`,
    picture: photosOf(request).picture,
    address: {},
    urls: urlsOf(context, request),
    active: true,
    user_type: 'STANDARD',
    language: 'en_US',
    locale: user['LocaleSidKey'],
    utcOffset: 0,
    updated_at: String(user['LastModifiedDate']).replace('+0000', 'Z'),
    is_app_installed: true,
  };
}

function identity(context: OAuthContext, request: ApiRequest, user: Fields): Json {
  return {
    id: `${request.origin}/id/${context.account.orgId}/${user.Id}`,
    asserted_user: true,
    user_id: user.Id,
    organization_id: context.account.orgId,
    username: user['Username'],
    nick_name: user['Alias'],
    display_name: user['Name'],
    email: user['Email'],
    email_verified: true,
    first_name: user['FirstName'],
    last_name: user['LastName'],
    timezone: user['TimeZoneSidKey'],
    photos: photosOf(request),
    urls: urlsOf(context, request),
    active: true,
    user_type: 'STANDARD',
    language: 'en_US',
    locale: user['LocaleSidKey'],
    utcOffset: 0,
    last_modified_date: user['LastModifiedDate'],
    is_app_installed: true,
  };
}

function photosOf(request: ApiRequest) {
  return { picture: `${request.origin}/profilephoto/005/F`, thumbnail: `${request.origin}/profilephoto/005/T` };
}

function urlsOf(context: OAuthContext, request: ApiRequest): Json {
  const rest = `${request.origin}/services/data/v{version}/`;
  return {
    enterprise: `${request.origin}/services/Soap/c/{version}/${context.account.orgId.slice(0, 15)}`,
    rest,
    sobjects: `${rest}sobjects/`,
    search: `${rest}search/`,
    query: `${rest}query/`,
    recent: `${rest}recent/`,
    custom_domain: request.origin,
  };
}
