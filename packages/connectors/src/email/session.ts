/** A conversation with a mail server over a guarded connection: greeting, encryption, login, and what is asked then. */
import { Readable } from 'node:stream';
import { getCACertificates } from 'node:tls';
import { isPublicAddress, reconnect, type CallContext, type TcpSocket } from '@weft/connector-kit';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import type {
  SMTPConnectionCustomAuthContext,
  SMTPConnectionCustomAuthResponse,
  SMTPConnectionOptions,
  SMTPConnectionSendInfo,
} from 'nodemailer/lib/smtp-connection';
import type { MailAccount } from './auth.ts';
import { mailError } from './errors.ts';

const OWN_PORTS = [25, 465, 587];
const SETUP_TIMEOUT_MS = 15_000;
const IDLE_TIMEOUT_MS = 60_000;
/** A method of login that logs nobody in: the library's way to say something of one's own to a server. */
const PROBE = 'WEFT-PROBE';

/** Who a message goes to, and its bytes. */
export interface Parcel {
  readonly from: string;
  readonly to: readonly string[];
  readonly bytes: Uint8Array;
}

/** What became of a message that was taken. */
export interface Receipt {
  readonly accepted: readonly string[];
  readonly rejected: readonly { readonly address: string; readonly response: string }[];
  readonly response: string;
}

export interface MailSession {
  /** Hands a message over. It is taken when one recipient is. */
  send(parcel: Parcel): Promise<Receipt>;
  /** Asks whether mail may come from the account's sender, and sends none. */
  probeSender(): Promise<void>;
}

/** Connects, logs in, does the work and says goodbye. Throws `WeftError` only. */
export async function withMailSession<T>(
  context: CallContext,
  account: MailAccount,
  work: (session: MailSession) => Promise<T>,
): Promise<T> {
  let isHandedOver = false;
  let connection: SMTPConnection | undefined;
  try {
    // Loaded when it is needed: a worker that sends no mail starts without it.
    const { default: Connection } = await import('nodemailer/lib/smtp-connection');
    const socket = await context.tcp.connect({ host: account.host, port: account.port, ownPorts: OWN_PORTS });
    if (account.security === 'none' && account.user !== undefined && isPublicAddress(socket.remoteAddress ?? '')) {
      socket.destroy();
      throw reconnect(`The password is not sent to ${account.host} without encryption. Choose STARTTLS or TLS.`, {
        code: 'encryption_missing',
        detail: { field: 'security' },
      });
    }
    connection = new Connection(optionsOf(account, socket));
    // What fails is told by the step that was asked for; nobody else listens.
    connection.on('error', () => {});
    const open = connection;
    await step(open, (done) => open.connect(done));
    await logIn(open, account);
    return await work({
      send: (parcel) =>
        sendParcel(open, parcel, () => {
          isHandedOver = true;
        }),
      probeSender: () => probeSender(open, account.from.address),
    });
  } catch (error) {
    const isAnswered = (error as { responseCode?: unknown }).responseCode !== undefined;
    throw mailError(error, { account, cancelled: context.signal.aborted, outcomeUnknown: isHandedOver && !isAnswered });
  } finally {
    connection?.quit();
    connection?.close();
  }
}

function optionsOf(account: MailAccount, socket: TcpSocket): SMTPConnectionOptions {
  return {
    host: account.host,
    port: account.port,
    connection: socket,
    secure: account.security === 'tls',
    requireTLS: account.security === 'starttls',
    ignoreTLS: account.security === 'none',
    connectionTimeout: SETUP_TIMEOUT_MS,
    greetingTimeout: SETUP_TIMEOUT_MS,
    socketTimeout: IDLE_TIMEOUT_MS,
    socketCloseTimeout: 1000,
    customAuth: { [PROBE]: probe },
    ...(account.certificate === undefined ? {} : { tls: { ca: [...getCACertificates('default'), account.certificate] } }),
  };
}

async function logIn(connection: SMTPConnection, account: MailAccount): Promise<void> {
  const { user, password } = account;
  if (user === undefined || password === undefined) return;
  if (!connection.allowsAuth)
    throw reconnect(
      `${account.host} offers no login${account.security === 'none' ? ' without encryption. Choose STARTTLS or TLS.' : '. Leave user name and password empty, or use another port.'}`,
      {
        code: 'login_not_offered',
        detail: { field: account.security === 'none' ? 'security' : 'user' },
      },
    );
  await step(connection, (done) => connection.login({ user, pass: password, credentials: { user, pass: password } }, done));
}

async function probeSender(connection: SMTPConnection, address: string): Promise<void> {
  let refusal: SMTPConnectionCustomAuthResponse | undefined;
  const onRefused = (answer: SMTPConnectionCustomAuthResponse): void => void (refusal = answer);
  await step(connection, (done) => connection.login({ method: PROBE, address, onRefused }, done));
  if (refusal === undefined) return;
  const { status, response } = refusal;
  throw Object.assign(new Error('The sender is refused'), { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: status, response });
}

/** Begins a message and takes it back. A refusal is handed out as it is; thrown, it would pass for one of the login. */
async function probe({ auth, sendCommand }: SMTPConnectionCustomAuthContext): Promise<void> {
  const { address, onRefused } = auth as unknown as { address: string; onRefused(answer: SMTPConnectionCustomAuthResponse): void };
  const answer = await sendCommand(`MAIL FROM:<${address}>`);
  if (answer.status >= 400) onRefused(answer);
  else await sendCommand('RSET');
}

async function sendParcel(connection: SMTPConnection, parcel: Parcel, onHandedOver: () => void): Promise<Receipt> {
  const { from, to, bytes } = parcel;
  // The server acts when it has seen the end of the message, and not before.
  const content = Readable.from([bytes], { objectMode: false }).once('end', onHandedOver);
  const info = await step<SMTPConnectionSendInfo>(connection, (done) =>
    connection.send({ from, to: [...to], size: bytes.byteLength }, content, done),
  );
  return {
    accepted: info.accepted,
    rejected: (info.rejectedErrors ?? []).map(({ recipient, response }) => ({ address: recipient ?? '', response: response ?? '' })),
    response: info.response,
  };
}

/** One thing that is asked of the server, which may also break off. */
function step<T = void>(connection: SMTPConnection, start: (done: (error?: Error | null, value?: unknown) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (error: unknown, value?: unknown): void => {
      connection.off('error', settle).off('end', onEnd);
      if (error === undefined || error === null) resolve(value as T);
      else reject(error instanceof Error ? error : new Error('The connection failed'));
    };
    // Why it ended is told in the same turn, after the fact.
    const onEnd = (): void => void setImmediate(settle, Object.assign(new Error('Connection closed'), { code: 'ECONNECTION' }));
    connection.once('error', settle).once('end', onEnd);
    start(settle);
  });
}
