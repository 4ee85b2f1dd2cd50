/** A message as the bytes that go over the wire. */
import { fileBytes, sha256Hex, type FileValue } from '@weft/connector-kit';
import type { Mailbox } from './addresses.ts';
import type { Parcel } from './session.ts';

export interface MessageParts {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly bcc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly FileValue[];
  readonly messageId: string;
  readonly date: Date;
}

/**
 * The id of a message, the same for every attempt of the same step: what a mailbox tells doubles by, should a message
 * ever be handed over twice.
 */
export function messageIdFor(idempotencyKey: string, from: Mailbox): string {
  return `<${sha256Hex(idempotencyKey).slice(0, 40)}${from.address.slice(from.address.lastIndexOf('@'))}>`;
}

/** Puts a message together. What comes from people is encoded where it stands: it can end no header and add none. */
export async function composed(parts: MessageParts): Promise<Parcel> {
  const { text, html, messageId, date } = parts;
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const message = new MailComposer({
    from: mutable([parts.from]),
    to: mutable(parts.to),
    cc: mutable(parts.cc),
    bcc: mutable(parts.bcc),
    replyTo: mutable(parts.replyTo),
    subject: inOneLine(parts.subject),
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    attachments: parts.attachments.map((file) => ({
      filename: file.name,
      contentType: file.mediaType,
      contentDisposition: 'attachment',
      content: Buffer.from(fileBytes(file)),
    })),
    messageId,
    date,
    // Nothing in a message is ever a path or an address to be read from.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const envelope = message.getEnvelope();
  return { from: envelope.from === false ? '' : envelope.from, to: [...new Set(envelope.to)], bytes: await message.build() };
}

function mutable(mailboxes: readonly Mailbox[]): { name: string; address: string }[] {
  return mailboxes.map(({ name, address }) => ({ name: inOneLine(name), address }));
}

function inOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
