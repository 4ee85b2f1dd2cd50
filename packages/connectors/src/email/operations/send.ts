import { defineOperation, doNotRetry, file, MAX_FILE_BYTES, optional, optionalText, text } from '@weft/connector-kit';
import { z } from 'zod';
import { mailboxesInput, MAX_RECIPIENTS, optionalMailboxesInput, type Mailbox } from '../addresses.ts';
import { mailAccount } from '../auth.ts';
import { wordsOf } from '../errors.ts';
import { composed, messageIdFor } from '../message.ts';
import { withMailSession } from '../session.ts';

const MAX_ATTACHMENTS = 20;
const MAX_BODY_CHARS = 2_000_000;
/** Of all attachments together: most servers take no larger messages. */
const MAX_ATTACHED_BYTES = 2 * MAX_FILE_BYTES;

const attachmentsInput = optional(
  z.preprocess(
    // One file, or a list in which references may have led nowhere.
    (value) =>
      Array.isArray(value)
        ? value.filter((one) => one !== null && one !== undefined && one !== '')
        : typeof value === 'object' && value !== null
          ? [value]
          : value,
    z.array(file(), { error: 'must be files' }).max(MAX_ATTACHMENTS, `must be at most ${MAX_ATTACHMENTS} files`),
  ) as unknown as z.ZodType<z.infer<ReturnType<typeof file>>[]>,
);

export const send = defineOperation({
  id: 'send',
  kind: 'action',
  title: 'Send an e-mail',
  summary: 'Sends a message with text, HTML or both, and files.',
  needsConnection: true,
  // No server can be asked whether it has taken a message.
  safety: 'blind',
  properties: [
    { name: 'to', label: 'To', required: true, kind: 'text', placeholder: 'ann@example.com', help: 'Several with commas between them.' },
    { name: 'subject', label: 'Subject', required: true, kind: 'text' },
    { name: 'text', label: 'Text', required: false, kind: 'longText' },
    { name: 'html', label: 'HTML', required: false, kind: 'longText', help: 'Goes along with the text; readers show one of the two.' },
    { name: 'attachments', label: 'Files', required: false, kind: 'list', help: 'Files that earlier steps gave.' },
    { name: 'cc', label: 'Copy to', required: false, kind: 'text' },
    { name: 'bcc', label: 'Hidden copy to', required: false, kind: 'text', advanced: true },
    { name: 'replyTo', label: 'Answers to', required: false, kind: 'text', advanced: true },
  ],
  input: z.strictObject({
    to: mailboxesInput,
    subject: text({ max: 1000 }),
    text: optionalText({ max: MAX_BODY_CHARS }),
    html: optionalText({ max: MAX_BODY_CHARS }),
    attachments: attachmentsInput,
    cc: optionalMailboxesInput,
    bcc: optionalMailboxesInput,
    replyTo: optionalMailboxesInput,
  }),
  output: {
    type: 'object',
    properties: {
      messageId: { type: 'string' },
      accepted: { type: 'array', items: { type: 'string' } },
      rejected: { type: 'array', items: { type: 'object', properties: { address: { type: 'string' }, reason: { type: 'string' } } } },
      response: { type: 'string' },
    },
  },
  sample: { messageId: '<5e88489@example.com>', accepted: ['ann@example.com'], rejected: [], response: '250 2.0.0 Ok: queued as 4XyZ' },
  async run(context, input) {
    const { cc = [], bcc = [], replyTo = [], attachments = [] } = input;
    if (input.text === undefined && input.html === undefined && attachments.length === 0)
      throw doNotRetry('The message is empty. Give it a text, HTML or a file.', { code: 'message_empty' });
    checkSizes([...input.to, ...cc, ...bcc], attachments);
    const account = mailAccount(context.connection?.values ?? {});
    const messageId = messageIdFor(context.idempotencyKey, account.from);
    const parcel = await composed({
      from: account.from,
      to: input.to,
      cc,
      bcc,
      replyTo,
      subject: input.subject,
      text: input.text,
      html: input.html,
      attachments,
      messageId,
      date: new Date(context.now()),
    });
    const receipt = await withMailSession(context, account, (session) => session.send(parcel));
    return {
      messageId,
      accepted: receipt.accepted,
      rejected: receipt.rejected.map(({ address, response }) => ({ address, reason: wordsOf(response) })),
      response: receipt.response,
    };
  },
});

function checkSizes(recipients: readonly Mailbox[], attachments: readonly { readonly base64: string }[]): void {
  if (recipients.length > MAX_RECIPIENTS)
    throw doNotRetry(`The message goes to ${recipients.length} addresses; at most ${MAX_RECIPIENTS} are allowed. Send several messages.`, {
      code: 'too_many_recipients',
    });
  const bytes = attachments.reduce((sum, { base64 }) => sum + Math.floor((base64.length * 3) / 4), 0);
  if (bytes > MAX_ATTACHED_BYTES)
    throw doNotRetry(
      `The files have ${(bytes / 1024 / 1024).toFixed(1)} MB together; a message takes ${MAX_ATTACHED_BYTES / 1024 / 1024} MB.`,
      { code: 'message_too_large' },
    );
}
