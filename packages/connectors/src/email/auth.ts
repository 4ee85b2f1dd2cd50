import { doNotRetry, type AuthDefinition, type ConnectionValues } from '@weft/connector-kit';
import { readMailboxes, type Mailbox } from './addresses.ts';

export const emailAuth: readonly AuthDefinition[] = [
  {
    id: 'smtp',
    title: 'SMTP server',
    fields: [
      { name: 'host', label: 'Server', kind: 'text', required: true, placeholder: 'smtp.example.com' },
      {
        name: 'security',
        label: 'Encryption',
        kind: 'select',
        required: true,
        initial: 'starttls',
        choices: [
          { value: 'starttls', label: 'STARTTLS (port 587)' },
          { value: 'tls', label: 'TLS from the start (port 465)' },
          { value: 'none', label: 'None (only inside a private network)' },
        ],
      },
      { name: 'port', label: 'Port', kind: 'text', required: true, initial: '587' },
      { name: 'user', label: 'User name', kind: 'text', required: false, help: 'Empty for a server that asks for none.' },
      {
        name: 'password',
        label: 'Password',
        kind: 'secret',
        required: false,
        help: 'Many providers want an app password of their own here.',
      },
      { name: 'from', label: 'Sender', kind: 'text', required: true, placeholder: 'Acme Ltd <hello@example.com>' },
      {
        name: 'certificate',
        label: 'Certificate to trust',
        kind: 'secret',
        required: false,
        help: 'PEM. Only for a server of your own, whose certificate no public authority has signed.',
      },
    ],
  },
];

/** How to reach a mail server and as whom. */
export interface MailAccount {
  readonly host: string;
  readonly port: number;
  readonly security: 'starttls' | 'tls' | 'none';
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly from: Mailbox;
  readonly certificate: string | undefined;
}

/** The account of a connection. Throws `invalid` whose detail names the field, for values that cannot be right. */
export function mailAccount(values: ConnectionValues): MailAccount {
  const given = (name: string): string | undefined => (values[name] ?? '').trim() || undefined;
  const host = given('host');
  if (host === undefined) throw wrongField('host', 'Enter the name of the mail server.');
  const port = Number(given('port') ?? '587');
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw wrongField('port', `"${given('port') ?? ''}" is not a port. Mail servers use 587, 465 or 25.`);
  const security = given('security') ?? 'starttls';
  if (security !== 'starttls' && security !== 'tls' && security !== 'none')
    throw wrongField('security', `"${security}" is no kind of encryption. Choose starttls, tls or none.`);
  const certificate = given('certificate');
  if (certificate !== undefined && !/^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----$/.test(certificate))
    throw wrongField('certificate', 'The certificate to trust must be PEM text: it begins with -----BEGIN CERTIFICATE-----.');
  const user = given('user');
  // A password may begin or end with a space.
  const password = values['password'] === '' ? undefined : values['password'];
  if (user !== undefined && password === undefined) throw wrongField('password', `Enter the password of "${user}".`);
  return { host, port, security, user, password, from: senderOf(given('from')), certificate };
}

function senderOf(text: string | undefined): Mailbox {
  const read = readMailboxes(text ?? '');
  if ('fault' in read)
    throw wrongField('from', `The sender ${read.fault.startsWith('"') ? 'is wrong: ' : ''}${read.fault.replace(/\.?$/, '.')}`);
  const [sender, another] = read.mailboxes;
  if (sender === undefined || another !== undefined) throw wrongField('from', 'Enter one sender, such as Acme Ltd <hello@example.com>.');
  return sender;
}

function wrongField(field: string, message: string): Error {
  return doNotRetry(message, { code: 'account_malformed', detail: { field } });
}
