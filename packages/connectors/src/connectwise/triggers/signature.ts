/**
 * Whether a callback is genuine. The signing key is fetched from an address that stands in the callback itself, so
 * that address is accepted only at the connection's own site; otherwise anybody could sign with a key of their own.
 */
import { WeftError, equalInConstantTime, hmacSha256Base64, sha256, type CallContext, type HookRequest } from '@weft/connector-kit';
import { authHeaders, siteOf } from '../auth.ts';
import { connectionOf } from '../client.ts';

function refused(code: string, message: string): WeftError {
  return new WeftError({ class: 'auth', code, message });
}

/** Checks `x-content-signature` over the bytes that came. Throws `auth` when it does not fit. */
export async function verifySignature(context: CallContext, request: HookRequest, keyUrl: unknown): Promise<void> {
  const given = request.headers['x-content-signature'];
  if (given === undefined || given === '') throw refused('signature_missing', 'The callback carries no signature.');
  const url = pinnedKeyUrl(context, keyUrl);
  const { session } = connectionOf(context);
  const cacheKey = `callbackKey:${url}`;
  const cached = session.get(cacheKey) as string | undefined;
  if (cached !== undefined && fits(cached, request, given)) return;
  // A key that no longer fits may have been replaced; it is asked for again at most once a minute.
  const askedAt = (session.get(`${cacheKey}:at`) as number | undefined) ?? 0;
  if (cached !== undefined && context.now() - askedAt < 60_000) throw refused('signature_wrong', 'The signature of the callback is wrong.');
  const key = await connectionOf(context).refreshOnce(cacheKey, () => fetchKey(context, url));
  context.http.protect(key);
  session.set(cacheKey, key);
  session.set(`${cacheKey}:at`, context.now());
  if (!fits(key, request, given)) throw refused('signature_wrong', 'The signature of the callback is wrong.');
}

/** Key = SHA-256 of the signing key's text as raw bytes; message = the raw body (Developer Guide, "Callbacks"). */
function fits(signingKey: string, request: HookRequest, given: string): boolean {
  return equalInConstantTime(hmacSha256Base64(sha256(signingKey), request.rawBody), given.trim());
}

/** The address of the key, once it is known to be on the connection's own site; `x` and `api-x` are one site. */
function pinnedKeyUrl(context: CallContext, keyUrl: unknown): string {
  const { api, ui } = siteOf(connectionOf(context).values);
  const url = typeof keyUrl === 'string' ? URL.parse(keyUrl) : null;
  if (url === null || (url.origin !== api && url.origin !== ui)) {
    throw refused(
      'key_url_foreign',
      `The callback names a signing key at ${url?.host ?? 'no address'}, which is not this connection’s ConnectWise site.`,
    );
  }
  return url.href;
}

async function fetchKey(context: CallContext, url: string): Promise<string> {
  let response = await context.http.request({ url });
  // Some servers give the key to authenticated callers only.
  if (response.status === 401 || response.status === 403)
    response = await context.http.request({ url, headers: authHeaders(connectionOf(context).values) });
  if (response.status !== 200)
    throw new WeftError({
      class: 'transient',
      code: 'signing_key_unavailable',
      message: `ConnectWise did not give the signing key (${response.status}).`,
    });
  const key = (response.json() as { signing_key?: unknown } | null)?.signing_key;
  if (typeof key !== 'string' || key === '') throw refused('signing_key_missing', 'ConnectWise gave no signing key.');
  return key;
}
