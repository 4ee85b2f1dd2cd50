/** Mail servers for tests: a real one whose answers hang on the addresses, and one that says only what it is told. */
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { generate } from 'selfsigned';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export const USER = 'hello@example.com';
export const PASSWORD = 'pa"ss\\wörd 100%*';

/** A message as it arrived. */
export interface ArrivedMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly isEncrypted: boolean;
  readonly user: string | undefined;
}

export interface MailServer {
  readonly port: number;
  readonly arrived: ArrivedMessage[];
  readonly certificate: string;
  close(): Promise<void>;
}

let made: Promise<{ key: string; cert: string }> | undefined;

/** One certificate for all servers of a run: making one takes long. */
function selfSigned(): Promise<{ key: string; cert: string }> {
  made ??= generate([{ name: 'commonName', value: '127.0.0.1' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  }).then(({ private: key, cert }) => ({ key, cert }));
  return made;
}

/** By what stands in front of the @: how the server answers. */
const ANSWERS: Readonly<Record<string, { responseCode: number; message: string }>> = {
  unknown: { responseCode: 550, message: '5.1.1 The e-mail account that you tried to reach does not exist' },
  later: { responseCode: 451, message: '4.7.1 Greylisted, try again in 300 seconds' },
  refused: { responseCode: 553, message: '5.7.1 You may not send from this address' },
  busy: { responseCode: 421, message: '4.3.2 Too many connections' },
};

function judge(address: string): Error | null {
  const answer = ANSWERS[address.split('@', 1)[0] ?? ''];
  return answer === undefined ? null : Object.assign(new Error(answer.message), { responseCode: answer.responseCode });
}

/** Starts a server that takes every message, but for what {@link ANSWERS} says. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const { key, cert } = await selfSigned();
  const arrived: ArrivedMessage[] = [];
  const server = new SMTPServer({
    key,
    cert,
    logger: false,
    closeTimeout: 100,
    onAuth: (auth, _session, done) => {
      if (auth.username === USER && auth.password === PASSWORD) done(null, { user: auth.username });
      else done(Object.assign(new Error('5.7.8 Username and password not accepted'), { responseCode: 535 }));
    },
    onMailFrom: (address, _session, done) => done(judge(address.address)),
    onRcptTo: (address, _session, done) => done(judge(address.address)),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString();
        if (raw.includes('Subject: spam')) return done(Object.assign(new Error('5.7.1 Looks like spam'), { responseCode: 554 }));
        const { mailFrom, rcptTo } = session.envelope;
        arrived.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw,
          isEncrypted: session.secure,
          user: session.user as string | undefined,
        });
        done(null, 'queued as 4XyZ');
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    arrived,
    certificate: cert,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** What a scripted server does with a line: answers it, or breaks off. */
export type Script = (line: string, socket: Socket) => string | undefined;

/** Starts a server that greets and then answers line by line; `undefined` says nothing. */
export async function startScriptedServer(greeting: string | undefined, script: Script): Promise<{ port: number; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    if (greeting !== undefined) socket.write(`${greeting}\r\n`);
    let buffered = '';
    socket.on('data', (chunk) => {
      buffered += chunk.toString();
      const lines = buffered.split('\r\n');
      buffered = lines.pop() ?? '';
      for (const line of lines) {
        const answer = script(line, socket);
        if (answer !== undefined && !socket.destroyed) socket.write(`${answer}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
