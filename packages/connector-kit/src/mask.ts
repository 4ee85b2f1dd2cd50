/** Removing secrets from what is stored and shown: by header name, by key name, and by value in all its usual spellings. */

export const MASK = '••••';

const SECRET_HEADERS = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'api-key',
  'x-auth-token',
  'x-weft-token',
  'clientid',
]);
const SECRET_KEY =
  /^(access_?token|refresh_?token|id_?token|client_?secret|password|passwd|secret|private_?key|signing_?key|api_?key|assertion|code_verifier)$/i;

/** Values shorter than this would mask ordinary words; they are masked by name only. */
const MIN_SECRET_LENGTH = 4;

/** All spellings in which a secret may travel: plain, URL-encoded, JSON-escaped, hex, inside base64 at any offset. */
export function spellingsOf(secret: string): string[] {
  if (secret.length < MIN_SECRET_LENGTH) return [];
  const bytes = Buffer.from(secret, 'utf8');
  const spellings = [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(secret).replaceAll('%20', '+'),
    // A query and a form also encode !'()~, which the function above leaves.
    new URLSearchParams([['', secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    ...base64Cores(bytes),
  ];
  // Longest first, so that a spelling is not cut in two by a shorter one.
  return [...new Set(spellings)].sort((a, b) => b.length - a.length);
}

/** The part of the base64 text that is the same whatever stands around the secret, for each of the three offsets. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const from = offset === 0 ? 0 : offset + 1;
    const core = encoded.replace(/=+$/, '').slice(from, Math.floor(((offset + bytes.length) * 8) / 6));
    return core.length >= 5 ? [core, core.replaceAll('+', '-').replaceAll('/', '_')] : [];
  });
}

/** Replaces every given spelling in a text. */
export function maskText(text: string, spellings: readonly string[]): string {
  let masked = text;
  for (const spelling of spellings) if (masked.includes(spelling)) masked = masked.replaceAll(spelling, MASK);
  return masked;
}

/** Masks headers by name, and by value. */
export function maskHeaders(headers: Readonly<Record<string, string>>, spellings: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET_HEADERS.has(name.toLowerCase()) ? MASK : maskText(value, spellings)]),
  );
}

/** Masks members with telling names in JSON and form bodies, then the known values. */
export function maskBody(body: string, spellings: readonly string[]): string {
  const byName = body
    .replace(/"([A-Za-z_]+)"(\s*:\s*)"(?:[^"\\]|\\.)*"/g, (whole, key: string, between: string) =>
      SECRET_KEY.test(key) ? `"${key}"${between}"${MASK}"` : whole,
    )
    .replace(/(^|[&?])([A-Za-z_]+)=([^&\s"]*)/g, (whole, before: string, key: string) =>
      SECRET_KEY.test(key) ? `${before}${key}=${MASK}` : whole,
    );
  return maskText(byName, spellings);
}
