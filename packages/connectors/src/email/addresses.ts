/** E-mail addresses as people write them: `ann@example.com`, `Ann Doe <ann@example.com>`, several with commas. */
import { domainToASCII } from 'node:url';
import { optional } from '@weft/connector-kit';
import { z } from 'zod';

/** One mailbox; the name may be empty. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** Most recipients of one message. */
export const MAX_RECIPIENTS = 100;
const MAX_CHARS = 40_000;

type Read = { readonly mailboxes: readonly Mailbox[] } | { readonly fault: string };

/** RFC 5321 and 6531, but for local parts in quotes and addresses in brackets, which nobody has. */
const LOCAL = /^[^\s@<>()[\]\\,;:"\p{Cc}\p{Cf}]{1,64}$/u;
const DOMAIN = /^(?=.{1,253}$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;

/** Commas between addresses, and semicolons as Outlook has them; those inside quotes and brackets are none. */
const PARTS = /(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,;"<])+|["<]/gs;
const NAMED = /^(?:"((?:[^"\\]|\\.)*)"|([^"<>]*?))\s*<([^<>]*)>$/s;

/**
 * The mailboxes in a text, or what is wrong with it. Stricter than the libraries: what is not plainly an address is
 * never guessed to be one, for a message to the wrong person cannot be taken back.
 */
export function readMailboxes(text: string): Read {
  if (text.length > MAX_CHARS) return { fault: `must have at most ${MAX_CHARS} characters` };
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) return { fault: 'must stand in one line' };
  const mailboxes: Mailbox[] = [];
  for (const part of (text.match(PARTS) ?? []).map((one) => one.trim()).filter((one) => one !== '')) {
    const named = NAMED.exec(part);
    const address = plainAddress((named?.[3] ?? part).trim());
    if (address !== undefined) mailboxes.push({ name: (named?.[1]?.replace(/\\(.)/g, '$1') ?? named?.[2] ?? '').trim(), address });
    else return { fault: faultOf(part, text) };
  }
  return { mailboxes };
}

/** An address with its domain as it goes over the wire; undefined for what is none. */
function plainAddress(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = domainToASCII(text.slice(at + 1));
  const isAddress = at > 0 && LOCAL.test(local) && !local.includes('..') && !/[\s%/]/.test(text.slice(at + 1)) && DOMAIN.test(domain);
  return isAddress ? `${local}@${domain}` : undefined;
}

function faultOf(part: string, text: string): string {
  const hint = !part.includes('@') && text.includes('@') ? ' Names with commas need quotes: "Doe, Ann" <ann@example.com>' : '';
  return `"${part.slice(0, 100)}" is not an e-mail address.${hint}`.replace(/\.$/, '');
}

/** A list of texts, or one text. Of a list each entry is one address, so that no entry can bring others along. */
function readAll(value: unknown): Read {
  const isList = Array.isArray(value);
  const mailboxes: Mailbox[] = [];
  for (const entry of (isList ? value : [value]) as unknown[]) {
    if (entry === null || entry === undefined || entry === '') continue;
    if (typeof entry !== 'string') return { fault: 'must be addresses, as text or as a list of texts' };
    const read = readMailboxes(entry);
    if ('fault' in read) return read;
    if (isList && read.mailboxes.length > 1) return { fault: `"${entry.slice(0, 100)}" must be one address` };
    mailboxes.push(...read.mailboxes);
  }
  return mailboxes.length > MAX_RECIPIENTS ? { fault: `must be at most ${MAX_RECIPIENTS} addresses` } : { mailboxes };
}

const mailboxes = z.unknown().transform((value, context) => {
  const read = readAll(value);
  if ('mailboxes' in read) return read.mailboxes;
  context.addIssue({ code: 'custom', message: read.fault, input: value });
  return z.NEVER;
});

/** Addresses that must be given. */
export const mailboxesInput = mailboxes.refine((found) => found.length > 0, 'must be given') as unknown as z.ZodType<readonly Mailbox[]>;

/** Addresses that may be left out. */
export const optionalMailboxesInput = optional(mailboxes as unknown as z.ZodType<readonly Mailbox[]>);
