/**
 * Secrets at rest: AES-256-GCM with a key per record, which is itself wrapped by the master key. What is sealed is bound
 * to its place (connection and workspace), so that a row copied elsewhere does not open.
 *
 * Layout: version (1) | iv (12) | wrapped key (32) | tag (16) | iv (12) | sealed values | tag (16).
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { WeftError } from '@weft/errors';

const VERSION = 1;
const IV_BYTES = 12;
const KEY_BYTES = 32;
const TAG_BYTES = 16;

/** The master key with what is derived from it. Lives in worker memory only. */
export interface SecretBox {
  /** Names the master key, without telling it. */
  readonly keyId: string;
  seal(values: Readonly<Record<string, string>>, place: SecretPlace): Buffer;
  /** Throws `bug`, code `secret_unreadable`, when key or place differ or the bytes were changed. */
  open(sealed: Uint8Array, place: SecretPlace): Record<string, string>;
  /** A key for a purpose of a workspace, such as `idempotency`. */
  derive(workspaceId: string, purpose: string): Buffer;
}

/** Where a secret belongs. */
export interface SecretPlace {
  readonly workspaceId: string;
  readonly connectionId: string;
}

/** Makes the box of a master key, 32 bytes as base64. */
export function createSecretBox(masterKeyBase64: string): SecretBox {
  const master = Buffer.from(masterKeyBase64, 'base64');
  if (master.length !== KEY_BYTES) {
    throw new WeftError({
      class: 'invalid',
      code: 'encryption_key',
      message: 'WEFT_ENCRYPTION_KEY must be 32 bytes in base64, such as `openssl rand -base64 32` gives.',
    });
  }
  return {
    keyId: createHash('sha256').update('weft key id').update(master).digest('hex').slice(0, 16),
    seal: (values, place) => {
      const key = randomBytes(KEY_BYTES);
      return Buffer.concat([
        Buffer.from([VERSION]),
        encrypt(master, key, aad(place, 'key')),
        encrypt(key, Buffer.from(JSON.stringify(values)), aad(place, 'values')),
      ]);
    },
    open: (sealed, place) => {
      try {
        return openRecord(master, Buffer.from(sealed), place);
      } catch (error) {
        throw unreadable(error);
      }
    },
    derive: (workspaceId, purpose) => createHmac('sha256', master).update(`${purpose}|${workspaceId}`).digest(),
  };
}

function openRecord(master: Buffer, sealed: Buffer, place: SecretPlace): Record<string, string> {
  if (sealed[0] !== VERSION) throw new Error('Unknown layout');
  const border = 1 + IV_BYTES + KEY_BYTES + TAG_BYTES;
  const key = decrypt(master, sealed.subarray(1, border), aad(place, 'key'));
  // Written by `seal` from such a record, and authenticated.
  return JSON.parse(decrypt(key, sealed.subarray(border), aad(place, 'values')).toString('utf8')) as Record<string, string>;
}

function aad(place: SecretPlace, part: string): Buffer {
  return Buffer.from(`weft|${VERSION}|${part}|${place.workspaceId}|${place.connectionId}`);
}

function encrypt(key: Buffer, plain: Buffer, bound: Buffer): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(bound);
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, box: Buffer, bound: Buffer): Buffer {
  if (box.length < IV_BYTES + TAG_BYTES) throw new Error('Too short');
  // The length of the tag is fixed here: Node would otherwise accept a shorter one, which is easier to forge.
  const decipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(bound);
  decipher.setAuthTag(box.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(box.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
}

function unreadable(cause: unknown): WeftError {
  return new WeftError({
    class: 'bug',
    code: 'secret_unreadable',
    message:
      'The stored secrets of this connection cannot be opened. Was WEFT_ENCRYPTION_KEY changed? Set the old key again, or enter the secrets anew.',
    cause,
  });
}
