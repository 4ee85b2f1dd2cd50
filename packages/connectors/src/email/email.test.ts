import type { Socket } from 'node:net';
import { toFileValue, type ConnectionValues } from '@weft/connector-kit';
import { createTestBench, leakedSecrets, NASTY_TEXTS } from '@weft/connector-kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { email } from './index.ts';
import {
  PASSWORD,
  startMailServer,
  startScriptedServer,
  USER,
  type ArrivedMessage,
  type MailServer,
  type Script,
} from '../../test/mail-server.ts';

let starttls: MailServer;
let tls: MailServer;
let plain: MailServer;
beforeAll(async () => {
  starttls = await startMailServer();
  tls = await startMailServer({ secure: true });
  plain = await startMailServer({ disabledCommands: ['STARTTLS'], authOptional: true, allowInsecureAuth: true, size: 1_000_000 });
});
beforeEach(() => {
  for (const server of [starttls, tls, plain]) server.arrived.length = 0;
});
afterAll(() => Promise.all([starttls.close(), tls.close(), plain.close()]));

const valuesOf = (server: { port: number; certificate?: string }, more: ConnectionValues = {}): ConnectionValues => ({
  host: '127.0.0.1',
  port: String(server.port),
  security: 'starttls',
  user: USER,
  password: PASSWORD,
  from: 'Acme Ltd <hello@example.com>',
  certificate: server.certificate ?? '',
  ...more,
});
const simple = () => valuesOf(plain, { security: 'none', user: '', password: '', certificate: '' });
const message = { to: 'ann@example.com', subject: 'Hello', text: 'Hi Ann' };
const sendWith = (values: ConnectionValues, input: Record<string, unknown> = {}, idempotencyKey = 'key-1') =>
  createTestBench({ connector: email, values }).run('send', { ...message, ...input }, { idempotencyKey }) as Promise<{
    messageId: string;
    accepted: string[];
    rejected: { address: string; reason: string }[];
    response: string;
  }>;
const checkWith = (values: ConnectionValues, allowPrivateHosts?: readonly string[]) =>
  email.check?.(createTestBench({ connector: email, values, ...(allowPrivateHosts ? { allowPrivateHosts } : {}) }).context());
const sent = async (input: Record<string, unknown>): Promise<ArrivedMessage> => {
  await sendWith(simple(), input);
  expect(plain.arrived).toHaveLength(1);
  return plain.arrived[0] as ArrivedMessage;
};
/** The header lines of a message, folded ones put together. */
const headersOf = ({ raw }: ArrivedMessage): string[] => (raw.split('\r\n\r\n', 1)[0] ?? '').replace(/\r\n[ \t]+/g, ' ').split('\r\n');
const headerOf = (arrived: ArrivedMessage, name: string) =>
  headersOf(arrived).flatMap((line) => (line.toLowerCase().startsWith(`${name.toLowerCase()}: `) ? [line.slice(name.length + 2)] : []));
/** Encoded words as text. */
const decoded = (text: string): string =>
  text.replace(/(\?=)\s+(=\?)/g, '$1$2').replace(/(?:=\?utf-8\?[BQ]\?[^?]*\?=)+/gi, (words) =>
    Buffer.concat(
      [...words.matchAll(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi)].map(([, kind, body = '']) =>
        kind?.toUpperCase() === 'B'
          ? Buffer.from(body, 'base64')
          : Buffer.from(
              body.replaceAll('_', ' ').replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
              'latin1',
            ),
      ),
    ).toString(),
  );

describe('sending', () => {
  test('encrypted, logged in, with text, HTML and files, and a hidden copy that stays hidden', async () => {
    const file = toFileValue({ name: 'Übersicht "1".pdf', mediaType: 'application/pdf', bytes: Buffer.from('%PDF-1.7 …') });
    for (const [server, security] of [
      [starttls, 'starttls'],
      [tls, 'tls'],
    ] as const) {
      const result = await sendWith(valuesOf(server, { security }), {
        to: 'Ann Döe <ann@example.com>, bob@example.com',
        cc: ['"Doe, Cid" <cid@example.com>', null, ''],
        bcc: 'dan@example.com',
        replyTo: 'support@example.com',
        subject: 'Grüße 🚀',
        html: '<b>Hi Ann</b>',
        attachments: [file, null, { ...file, name: 'b.txt', mediaType: 'text/plain' }],
      });
      expect(result).toMatchObject({
        messageId: expect.stringMatching(/^<[\da-f]{40}@example\.com>$/),
        accepted: ['ann@example.com', 'bob@example.com', 'cid@example.com', 'dan@example.com'],
        rejected: [],
        response: expect.stringContaining('queued as 4XyZ'),
      });
      const [arrived] = server.arrived as [ArrivedMessage];
      expect(arrived).toMatchObject({ from: 'hello@example.com', to: result.accepted, isEncrypted: true, user: USER });
      expect(decoded(headerOf(arrived, 'To')[0] ?? '')).toBe('Ann Döe <ann@example.com>, bob@example.com');
      expect(headerOf(arrived, 'Cc')).toEqual(['"Doe, Cid" <cid@example.com>']);
      expect(headerOf(arrived, 'Bcc')).toEqual([]);
      expect(arrived.raw).not.toContain('dan@example.com');
      expect(headerOf(arrived, 'Reply-To')).toEqual(['support@example.com']);
      expect(headerOf(arrived, 'From')).toEqual(['Acme Ltd <hello@example.com>']);
      expect(headerOf(arrived, 'Message-ID')).toEqual([result.messageId]);
      expect(decoded(headerOf(arrived, 'Subject')[0] ?? '')).toBe('Grüße 🚀');
      expect(arrived.raw).toContain('Hi Ann');
      expect(arrived.raw).toContain('<b>Hi Ann</b>');
      expect(arrived.raw).toContain(Buffer.from('%PDF-1.7 …').toString('base64'));
      expect(arrived.raw).toContain("filename*0*=utf-8''%C3%9Cbersicht");
      expect(arrived.raw.match(/Content-Disposition: attachment/g)).toHaveLength(2);
    }
  });

  test('the same step has the same Message-ID whoever tries it, another step another', async () => {
    const ids = [];
    for (const key of ['a', 'a', 'b']) ids.push((await sendWith(simple(), {}, key)).messageId);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  test('lines that begin with a dot, and bodies without end, arrive whole', async () => {
    const text = `.\r\n..\r\n.x\r\n${'long '.repeat(5000)}`;
    const arrived = await sent({ text });
    const body = arrived.raw
      .slice(arrived.raw.indexOf('\r\n\r\n') + 4)
      .replace(/=\r\n/g, '')
      .replace(/=2E/g, '.')
      .replace(/=20/g, ' ');
    expect(body.trim()).toBe(text.trim());
  });

  test('what is missing is told before anything is sent', async () => {
    await expect(sendWith(simple(), { text: '' })).rejects.toThrow('The message is empty. Give it a text, HTML or a file.');
    await expect(sendWith(simple(), { to: '' })).rejects.toThrow('To: must be given.');
    await expect(sendWith(simple(), { to: [null, ''] })).rejects.toThrow('To: must be given.');
    await expect(sendWith(simple(), { subject: null })).rejects.toThrow('Subject: must be given.');
    await expect(sendWith(simple(), { attachments: [{ name: 'x' }] })).rejects.toThrow('must be a file: { name, mediaType, base64 }');
    const large = toFileValue({ name: 'a', mediaType: 'a/b', bytes: new Uint8Array(9 * 1024 * 1024) });
    await expect(sendWith(simple(), { attachments: [large, large, large] })).rejects.toThrow(
      'The files have 27.0 MB together; a message takes 20 MB.',
    );
    const many = Array.from({ length: 60 }, (_, at) => `a${at}@example.com`);
    await expect(sendWith(simple(), { to: many, cc: many })).rejects.toThrow('goes to 120 addresses; at most 100 are allowed');
    expect(plain.arrived).toEqual([]);
  });
});

describe('addresses and headers', () => {
  test.each([
    'no address',
    'a@',
    '@example.com',
    'a@b@c',
    'a b@example.com',
    'a..b@example.com',
    'a@example..com',
    'a@[127.0.0.1]',
    'a@exa mple.com',
    'a@-example.com',
    '<script>@example.com',
    'ann@example.com>,<bob@example.com',
    '"ann@evil.example x"@example.com',
    'ann@example.com\r\nBcc: eve@example.com',
    'ann@example.com\nX: y',
    'Ann\r\n <ann@example.com>',
    'ann@example.com\u0000',
    `${'a'.repeat(65)}@example.com`,
    'Doe, Ann <ann@example.com>',
    'Ann <ann@example.com> x',
    'Ann ann@example.com',
    'ann@example.com <eve@example.com',
    '<ann@example.com> <eve@example.com>',
    '"Ann <ann@example.com>',
    '*',
    '%@%',
    7,
    { address: 'ann@example.com' },
  ])('%j is refused by the name of its field, and nothing is sent', async (to) => {
    for (const field of ['to', 'cc', 'bcc', 'replyTo'] as const)
      await expect(sendWith(simple(), { [field]: to })).rejects.toMatchObject({
        class: 'invalid',
        message: expect.stringMatching(/^(To|Copy to|Hidden copy to|Answers to): .*\.$/),
      });
    expect(plain.arrived).toEqual([]);
  });

  test('an entry of a list cannot bring others along', async () => {
    await expect(sendWith(simple(), { to: ['ann@example.com, eve@example.com'] })).rejects.toThrow('must be one address');
    await expect(sendWith(simple(), { to: 'Doe, Ann <ann@example.com>' })).rejects.toThrow(
      'To: "Doe" is not an e-mail address. Names with commas need quotes: "Doe, Ann" <ann@example.com>.',
    );
  });

  test('umlauts in domains and names, plus signs and quotes are addresses', async () => {
    const arrived = await sent({ to: `ann+x@müller.example, O'Brien <o'brien@example.com>` });
    expect(headerOf(arrived, 'To')).toEqual(['ann+x@xn--mller-kva.example, "O\'Brien" <o\'brien@example.com>']);
    expect(arrived.to).toEqual(['ann+x@müller.example', "o'brien@example.com"]);
  });

  test.each(Object.entries(NASTY_TEXTS).filter(([, text]) => text.trim() !== '' && text.isWellFormed() && !text.includes('\0')))(
    '%s in the subject, a name, the texts and a file name ends no header',
    async (_what, nasty) => {
      const inOneLine = nasty.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
      const name = inOneLine.replace(/["\\\r\n]/g, '');
      const arrived = await sent({
        to: `"${name}" <ann@example.com>`,
        subject: nasty,
        text: nasty,
        html: nasty,
        attachments: [{ name: nasty, mediaType: nasty, base64: 'AAAA' }],
      });
      expect(headersOf(arrived).map((line) => line.split(':', 1)[0])).toEqual([
        'From',
        'To',
        'Subject',
        'Message-ID',
        'Date',
        'MIME-Version',
        'Content-Type',
      ]);
      expect(arrived.to).toEqual(['ann@example.com']);
      expect(decoded(headerOf(arrived, 'Subject')[0] ?? '').replace(/\s+/g, ' ')).toBe(inOneLine.replace(/\s+/g, ' '));
    },
  );
});

describe('what the server refuses', () => {
  test('an unknown recipient fails the step for good, with the server’s words', async () => {
    await expect(sendWith(simple(), { to: 'unknown@example.com' })).rejects.toMatchObject({
      class: 'invalid',
      code: 'recipient_refused',
      outcomeUnknown: false,
      message: '127.0.0.1 refuses unknown@example.com: The e-mail account that you tried to reach does not exist.',
    });
  });

  test('of several recipients the others get the message, and the refused ones are told', async () => {
    const result = await sendWith(simple(), { to: 'ann@example.com, unknown@example.com' });
    expect(result).toMatchObject({
      accepted: ['ann@example.com'],
      rejected: [{ address: 'unknown@example.com', reason: 'The e-mail account that you tried to reach does not exist.' }],
    });
    expect(plain.arrived[0]?.to).toEqual(['ann@example.com']);
  });

  test('what passes is tried again, when the server says', async () => {
    await expect(sendWith(simple(), { to: 'later@example.com' })).rejects.toMatchObject({
      class: 'transient',
      code: 'smtp_451',
      retryAfterMs: 300_000,
      outcomeUnknown: false,
      message: '127.0.0.1 does not take mail for later@example.com now: Greylisted, try again in 300 seconds.',
    });
    await expect(sendWith(simple(), { to: 'busy@example.com' })).rejects.toMatchObject({ class: 'transient', code: 'smtp_421' });
    await expect(sendWith(simple(), { to: 'unknown@example.com, later@example.com' })).rejects.toMatchObject({ class: 'transient' });
  });

  test('a sender, a message and its size', async () => {
    await expect(sendWith({ ...simple(), from: 'refused@example.com' })).rejects.toMatchObject({
      class: 'invalid',
      code: 'sender_refused',
      message: '127.0.0.1 refuses the sender refused@example.com: You may not send from this address.',
    });
    await expect(sendWith(simple(), { subject: 'spam' })).rejects.toMatchObject({
      class: 'invalid',
      code: 'message_refused',
      outcomeUnknown: false,
      message: '127.0.0.1 refuses the message: Looks like spam.',
    });
    await expect(sendWith(simple(), { text: 'x'.repeat(1_500_000) })).rejects.toMatchObject({
      class: 'invalid',
      code: 'message_too_large',
    });
    expect(plain.arrived).toEqual([]);
  });

  test('a wrong password stops everything until it is mended', async () => {
    const values = valuesOf(starttls, { password: 'wrong' });
    await expect(sendWith(values)).rejects.toMatchObject({
      class: 'auth',
      code: 'login_refused',
      detail: { reconnect: true },
      message: `127.0.0.1 refuses the login of "${USER}": Username and password not accepted.`,
    });
    expect(starttls.arrived).toEqual([]);
  });
});

describe('the connection', () => {
  test('a self-signed certificate is not trusted, unless it is entered', async () => {
    for (const [server, security] of [
      [starttls, 'starttls'],
      [tls, 'tls'],
    ] as const)
      await expect(sendWith(valuesOf(server, { security, certificate: '' }))).rejects.toMatchObject({
        class: 'transient',
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        outcomeUnknown: false,
        message:
          '127.0.0.1 has a self-signed certificate, which is not trusted. If the server is yours, enter its certificate as the one to trust.',
      });
    expect([...starttls.arrived, ...tls.arrived]).toEqual([]);
  });

  test('is never opened to what the policy does not name', async () => {
    const before = plain.arrived.length;
    for (const host of ['127.0.0.1', 'localhost', '0x7f.1', '[::1]', '169.254.169.254', '10.0.0.1']) {
      const bench = createTestBench({ connector: email, values: { ...simple(), host }, allowPrivateHosts: [] });
      await expect(bench.run('send', message)).rejects.toMatchObject({ class: 'invalid', code: 'address_not_allowed' });
    }
    const bench = createTestBench({
      connector: email,
      values: { ...simple(), host: 'mail.example.com', port: '22' },
      allowPrivateHosts: [],
    });
    await expect(bench.run('send', message)).rejects.toThrow('Port 22 of "mail.example.com" is reserved for another service');
    expect(plain.arrived.length).toBe(before);
  });

  test('that breaks before the message was handed over may be tried again; after it, nobody can tell', async () => {
    const breaking = async (when: RegExp): Promise<unknown> => {
      let isData = false;
      const script: Script = (line, socket: Socket) => {
        if (when.test(line)) return void socket.destroy();
        if (isData) {
          if (line === '.') isData = false;
          return isData ? undefined : '250 ok';
        }
        isData = line === 'DATA';
        return isData ? '354 go on' : '250 ok';
      };
      const server = await startScriptedServer('220 hello', script);
      onTestFinished(server.close);
      return sendWith({ ...simple(), port: String(server.port) });
    };
    for (const when of [/^EHLO/, /^MAIL/, /^RCPT/, /^DATA/])
      await expect(breaking(when)).rejects.toMatchObject({ class: 'transient', code: 'connection_lost', outcomeUnknown: false });
    await expect(breaking(/^\.$/)).rejects.toMatchObject({
      class: 'transient',
      code: 'connection_lost',
      outcomeUnknown: true,
      message: '127.0.0.1 closed the connection before it said whether it took the message.',
    });
    await expect(breaking(/^NEVER/)).resolves.toMatchObject({ accepted: ['ann@example.com'], response: '250 ok' });
  });

  test('is left when the step is stopped', async () => {
    const controller = new AbortController();
    const server = await startScriptedServer('220 hello', (line) => {
      if (!line.startsWith('RCPT')) return '250 ok';
      controller.abort();
      return undefined;
    });
    onTestFinished(server.close);
    const bench = createTestBench({ connector: email, values: { ...simple(), port: String(server.port) } });
    await expect(bench.run('send', message, { signal: controller.signal })).rejects.toMatchObject({ class: 'cancelled' });
  });

  test('nothing that is put between the lines before encryption counts', async () => {
    const server = await startScriptedServer('220 hello', (line, socket) => {
      if (line.startsWith('EHLO')) return '250-hello\r\n250 STARTTLS';
      if (line === 'STARTTLS') socket.end('220 go on\r\n250-injected\r\n250 AUTH PLAIN\r\n');
      return undefined;
    });
    onTestFinished(server.close);
    await expect(sendWith({ ...valuesOf(starttls), port: String(server.port) })).rejects.toMatchObject({
      class: 'transient',
      outcomeUnknown: false,
    });
  });
});

describe('testing the account', () => {
  test('says as whom it sends, and sends nothing', async () => {
    expect(await checkWith(valuesOf(starttls))).toEqual({
      ok: true,
      account: 'hello@example.com',
      detail: `Sends through 127.0.0.1:${starttls.port} as ${USER}.`,
    });
    expect(await checkWith(simple())).toMatchObject({ ok: true, account: 'hello@example.com' });
    expect([...starttls.arrived, ...plain.arrived]).toEqual([]);
  });

  test.each<[string, () => ConnectionValues, string, string]>([
    ['no server', () => valuesOf(plain, { host: ' ' }), 'host', 'Enter the name of the mail server.'],
    [
      'a server that is no name',
      () => valuesOf(plain, { host: 'smtp://x' }),
      'host',
      '"smtp://x" is not the name of a host. Write it as mail.example.com.',
    ],
    ['a wrong port', () => valuesOf(plain, { port: '70000' }), 'port', '"70000" is not a port. Mail servers use 587, 465 or 25.'],
    ['no password', () => valuesOf(plain, { password: '' }), 'password', `Enter the password of "${USER}".`],
    [
      'a sender that is no address',
      () => valuesOf(plain, { from: 'Acme' }),
      'from',
      'The sender is wrong: "Acme" is not an e-mail address.',
    ],
    [
      'several senders',
      () => valuesOf(plain, { from: 'a@x.com, b@x.com' }),
      'from',
      'Enter one sender, such as Acme Ltd <hello@example.com>.',
    ],
    [
      'a certificate that is none',
      () => valuesOf(plain, { certificate: 'x' }),
      'certificate',
      'The certificate to trust must be PEM text: it begins with -----BEGIN CERTIFICATE-----.',
    ],
    [
      'a wrong user',
      () => valuesOf(starttls, { user: 'x' }),
      'password',
      '127.0.0.1 refuses the login of "x": Username and password not accepted.',
    ],
    [
      'a refused sender',
      () => valuesOf(starttls, { from: 'refused@example.com' }),
      'from',
      '127.0.0.1 refuses the sender refused@example.com: You may not send from this address.',
    ],
    [
      'a certificate that is not trusted',
      () => valuesOf(tls, { security: 'tls', certificate: '' }),
      'certificate',
      '127.0.0.1 has a self-signed certificate, which is not trusted. If the server is yours, enter its certificate as the one to trust.',
    ],
    [
      'TLS where there is none',
      () => valuesOf(plain, { security: 'tls' }),
      'security',
      'HOST does not speak TLS from the start on port PORT. Choose STARTTLS, or another port.',
    ],
    [
      'STARTTLS where there is none',
      () => valuesOf(plain),
      'security',
      'HOST does not offer STARTTLS on port PORT. Choose TLS from the start, or another port.',
    ],
    [
      'a login that is wanted',
      () => valuesOf(starttls, { user: '', password: '' }),
      'user',
      '127.0.0.1 wants a login: Error: authentication Required. Enter user name and password.',
    ],
  ])('tells %s by its field', async (_what, values, field, says) => {
    const given = values();
    const sentence = says.replace('HOST', given['host'] ?? '').replace('PORT', given['port'] ?? '');
    expect(await checkWith(given)).toMatchObject({ ok: false, field, message: sentence });
  });

  test('tells a host that is not known, one that does not answer, and one that is not allowed', async () => {
    const closed = await startScriptedServer(undefined, () => undefined);
    await closed.close();
    expect(await checkWith({ ...simple(), port: String(closed.port) })).toEqual({
      ok: false,
      field: 'host',
      message: `127.0.0.1:${closed.port} refused the connection. Nothing seems to listen there.`,
    });
    expect(await checkWith({ ...simple(), host: 'no-such-host.invalid' })).toMatchObject({
      ok: false,
      field: 'host',
      message: expect.stringMatching(/^no-such-host\.invalid:\d+ (is not a known host name|could not be looked up)/),
    });
    expect(await checkWith(simple(), [])).toMatchObject({
      ok: false,
      field: 'host',
      message: expect.stringContaining('"127.0.0.1" is not a public address'),
    });
  });

  test('tells a server that is no mail server, and one that turns everybody away', async () => {
    const said = async (greeting: string): Promise<unknown> => {
      const server = await startScriptedServer(greeting, () => undefined);
      onTestFinished(server.close);
      return checkWith({ ...simple(), port: String(server.port) });
    };
    expect(await said('SSH-2.0-OpenSSH_9.6')).toMatchObject({
      ok: false,
      field: 'port',
      message: expect.stringMatching(/^127\.0\.0\.1 does not answer on port \d+ as a mail server does: "SSH-2\.0-OpenSSH_9\.6\."$/),
    });
    expect(await said('554 5.7.1 Your address is on a list')).toMatchObject({
      ok: false,
      field: 'host',
      message: '127.0.0.1 refuses the connection: Your address is on a list.',
    });
    expect(await said('421 4.3.2 Come back later')).toMatchObject({ ok: false, message: '127.0.0.1 is not ready: Come back later.' });
  });

  test('tells that a login is only offered with encryption', async () => {
    const server = await startScriptedServer('220 hello', () => '250 hello');
    onTestFinished(server.close);
    expect(await checkWith(valuesOf(server, { security: 'none' }))).toMatchObject({
      ok: false,
      field: 'security',
      message: '127.0.0.1 offers no login without encryption. Choose STARTTLS or TLS.',
    });
  });
});

test('the password is in nothing that is kept', async () => {
  const values = valuesOf(starttls);
  const bench = createTestBench({ connector: email, values });
  const output = await bench.run('send', message);
  const failure = await createTestBench({ connector: email, values: { ...values, user: 'x' } })
    .run('send', message)
    .catch((error: Error & { detail?: unknown }) => [error.message, error.detail]);
  expect(leakedSecrets(email, values, bench.exchanges())).toEqual([]);
  expect(JSON.stringify([output, failure])).not.toContain('wörd');
});
