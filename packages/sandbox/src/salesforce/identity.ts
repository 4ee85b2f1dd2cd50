import type { ApiRequest, Json } from '../http.ts';
import type { Fields } from './store.ts';

interface OrgContext {
  account: { orgId: string };
}

/** `/services/oauth2/userinfo`. */
export function userInfo(context: OrgContext, request: ApiRequest, user: Fields): Json {
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

/** What stands at the `id` address of a token answer. */
export function identity(context: OrgContext, request: ApiRequest, user: Fields): Json {
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

function urlsOf(context: OrgContext, request: ApiRequest): Json {
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
