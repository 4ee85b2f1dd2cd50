/** The signed assertion of the JWT bearer flow (RFC 7523; help.salesforce.com, "OAuth 2.0 JWT Bearer Flow"). */
import { X509Certificate, createPrivateKey, createSign, type KeyObject } from 'node:crypto';
import { doNotRetry } from '@weft/connector-kit';

/** The vendor takes three minutes at most; clocks differ. */
const LIFE_S = 150;

/** Who speaks for whom, to whom. */
export interface AssertionParts {
  readonly consumerKey: string;
  readonly username: string;
  readonly audience: string;
  /** PEM, as a file holds it or as a one-line form field has left it. */
  readonly privateKey: string;
  readonly nowMs: number;
}

/** Signs with RS256. Throws `invalid` `privateKey_malformed` for what is no RSA key. */
export function signedAssertion({ consumerKey, username, audience, privateKey, nowMs }: AssertionParts): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: consumerKey, sub: username, aud: audience, exp: Math.floor(nowMs / 1000) + LIFE_S };
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(keyOf(privateKey), 'base64url')}`;
}

function keyOf(given: string): KeyObject {
  const refuse = (why: string, cause?: unknown): Error =>
    doNotRetry(`The private key ${why}.`, { code: 'privateKey_malformed', detail: { field: 'privateKey' }, cause });
  const match = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----(.*?)-----END \1-----/s.exec(given.replaceAll('\\n', '\n'));
  if (match === null) throw refuse('must be a PEM: it begins with -----BEGIN PRIVATE KEY-----');
  const [, label = '', body = ''] = match;
  if (label.startsWith('ENCRYPTED') || body.includes('ENCRYPTED'))
    throw refuse('is protected by a passphrase. Give it without: openssl rsa -in server.key -out plain.key');
  let key: KeyObject;
  try {
    const lines = body.replace(/\s/g, '').match(/.{1,64}/g) ?? [];
    key = createPrivateKey(`-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`);
  } catch (cause) {
    throw refuse('cannot be read. Paste the whole file, first and last line included', cause);
  }
  if (key.asymmetricKeyType !== 'rsa') throw refuse(`is of the kind ${key.asymmetricKeyType ?? 'unknown'}; Salesforce takes RSA`);
  return key;
}

/** When the certificate ends that was pasted along with the key, ISO 8601; undefined when there is none. */
export function certificateEnd(given: string): string | undefined {
  const block = /-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----/s.exec(given.replaceAll('\\n', '\n'))?.[1];
  if (block === undefined) return undefined;
  try {
    const lines = block.replace(/\s/g, '').match(/.{1,64}/g) ?? [];
    return new X509Certificate(`-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`).validToDate.toISOString();
  } catch {
    // What cannot be read tells no date; the key beside it is judged by itself.
    return undefined;
  }
}
