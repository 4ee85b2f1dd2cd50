/**
 * Whether a request comes from who it says: its signature over the bytes that came, and its time where the scheme has one.
 *
 * The schemes, by their senders' documentation: Standard Webhooks (github.com/standard-webhooks, spec), GitHub ("Validating
 * webhook deliveries"), Stripe ("Verify webhook signatures"), Slack ("Verifying requests from Slack"), Shopify ("Verify the
 * origin of the webhook").
 */
import { WeftError, equalInConstantTime, hmac } from '@weft/connector-kit';
import type { ConnectionValues, HookRequest, HmacAlgorithm } from '@weft/connector-kit';

/** How far the time of a request may be from ours. */
const TOLERANCE_MS = 5 * 60_000;

/** What the sender signed, and what it says the signature is. Several signatures: one that is right suffices. */
interface Signed {
  readonly message: Uint8Array;
  readonly given: readonly string[];
  readonly algorithm: HmacAlgorithm;
  readonly encoding: 'hex' | 'base64';
  /** Seconds since 1970, where the scheme has a time. */
  readonly at?: string | undefined;
}

type Scheme = (request: HookRequest, values: ConnectionValues) => Signed;

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const join = (...parts: (string | Uint8Array)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? bytes(part) : part)));
const header = (request: HookRequest, name: string): string => request.headers[name.toLowerCase()] ?? '';

const SCHEMES: Readonly<Record<string, Scheme>> = {
  standard: (request) => {
    const [id, at] = [header(request, 'webhook-id'), header(request, 'webhook-timestamp')];
    const given = header(request, 'webhook-signature')
      .split(' ')
      .flatMap((one) => (one.startsWith('v1,') ? [one.slice(3)] : []));
    return { message: join(`${id}.${at}.`, request.rawBody), given, algorithm: 'sha256', encoding: 'base64', at };
  },
  github: (request) => ({
    message: request.rawBody,
    given: withoutPrefix(header(request, 'x-hub-signature-256'), 'sha256='),
    algorithm: 'sha256',
    encoding: 'hex',
  }),
  stripe: (request) => {
    const parts = header(request, 'stripe-signature')
      .split(',')
      .map((part) => part.trim().split('='));
    const at = parts.find(([name]) => name === 't')?.[1];
    const given = parts.flatMap(([name, value]) => (name === 'v1' && value ? [value] : []));
    return { message: join(`${at}.`, request.rawBody), given, algorithm: 'sha256', encoding: 'hex', at: at ?? '' };
  },
  slack: (request) => {
    const at = header(request, 'x-slack-request-timestamp');
    return {
      message: join(`v0:${at}:`, request.rawBody),
      given: withoutPrefix(header(request, 'x-slack-signature'), 'v0='),
      algorithm: 'sha256',
      encoding: 'hex',
      at,
    };
  },
  shopify: (request) => ({
    message: request.rawBody,
    given: withoutPrefix(header(request, 'x-shopify-hmac-sha256'), ''),
    algorithm: 'sha256',
    encoding: 'base64',
  }),
  hmac: (request, values) => ({
    message: request.rawBody,
    given: withoutPrefix(header(request, values['header'] ?? 'x-signature'), values['prefix'] ?? ''),
    algorithm: values['algorithm'] === 'sha512' ? 'sha512' : values['algorithm'] === 'sha1' ? 'sha1' : 'sha256',
    encoding: values['encoding'] === 'base64' ? 'base64' : 'hex',
  }),
};

/** A signature without its prefix; none when it has another or is missing. */
function withoutPrefix(text: string, prefix: string): string[] {
  return text !== '' && text.startsWith(prefix) ? [text.slice(prefix.length)] : [];
}

/**
 * Verifies a request. Throws `auth` when its signature is missing or wrong, when its time is too far away, and when the
 * account holds no secret: what cannot be verified is never let through.
 */
export function verifyRequest(values: ConnectionValues, request: HookRequest, now: number): void {
  const scheme = values['scheme'] ?? '';
  const secrets = [values['secret'], values['secondSecret']].filter((one): one is string => one !== undefined && one !== '');
  const read = SCHEMES[scheme];
  if (!read || secrets.length === 0)
    throw refused(
      'secret_missing',
      'This address takes signed requests only, and has no secret to check them with. Save its account again.',
    );
  const signed = read(request, values);
  if (signed.given.length === 0) throw refused('signature_missing', 'The request is not signed. Sign it with the secret of this address.');
  if (signed.at !== undefined) requireInTime(signed.at, now);
  const isGenuine = secrets.some((secret) => {
    const wanted = hmac(signed.algorithm, keyOf(scheme, secret), signed.message, signed.encoding);
    return signed.given.some((given) => equalInConstantTime(signed.encoding === 'hex' ? given.toLowerCase() : given, wanted));
  });
  if (!isGenuine)
    throw refused('signature_wrong', 'The signature of the request is not that of this address’ secret over the bytes that arrived.');
}

/** Standard Webhooks writes its keys as base64 behind `whsec_`. */
function keyOf(scheme: string, secret: string): Uint8Array {
  return scheme === 'standard' && secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : bytes(secret);
}

function requireInTime(at: string, now: number): void {
  const seconds = /^\d{1,12}$/.test(at) ? Number(at) : Number.NaN;
  if (Math.abs(seconds * 1000 - now) <= TOLERANCE_MS) return;
  throw refused(
    'signature_old',
    `The request says that it was sent at ${Number.isNaN(seconds) ? `“${at.slice(0, 20)}”` : new Date(seconds * 1000).toISOString()}, which is more than five minutes from now.`,
  );
}

function refused(code: string, message: string): WeftError {
  return new WeftError({ class: 'auth', code, message });
}
