/**
 * The load generator: requests over kept-alive connections to 127.0.0.1, a bounded number of them in a bounded time.
 * Written on sockets, since what it costs is taken from the machine that is being measured.
 */
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Where requests go and what they hold. */
export interface Target {
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The body of the n-th request. */
  readonly body: (index: number) => string;
}

/** One answered request. Times in milliseconds of `performance.timeOrigin + performance.now()`. */
export interface Sample {
  /** When it should have been sent. */
  readonly dueAt: number;
  readonly answeredAt: number;
  readonly status: number;
  readonly body: string;
}

/** More than any of the workloads asks for: a mistake must not become a flood. */
const MOST_REQUESTS = 300_000;
const MOST_CONNECTIONS = 256;
const ANSWER_MS = 60_000;

/** The present time. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Sends over `connections`, each its next request when the last was answered, until there were `requests` or the time is over. */
export async function closedLoop(
  target: Target,
  limits: { readonly connections: number; readonly requests: number; readonly seconds: number },
): Promise<Sample[]> {
  const most = Math.min(limits.requests, MOST_REQUESTS);
  const until = nowMs() + limits.seconds * 1000;
  const samples: Sample[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    const connection = await Connection.open(target.port);
    while (next < most && nowMs() < until) {
      const body = target.body(next++);
      samples.push(await connection.send(target, body, nowMs()));
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: Math.min(limits.connections, MOST_CONNECTIONS) }, lane));
  return samples;
}

/** Sends `perSecond` requests a second whatever the answers do; a late one is late from when it was due. */
export async function openLoop(target: Target, limits: { readonly perSecond: number; readonly seconds: number }): Promise<Sample[]> {
  const total = Math.min(Math.round(limits.perSecond * limits.seconds), MOST_REQUESTS);
  const idle: Connection[] = await Promise.all(Array.from({ length: 16 }, () => Connection.open(target.port)));
  const open = new Set(idle);
  const samples: Sample[] = [];
  const backlog: number[] = [];
  const pending = new Set<Promise<void>>();
  const startedAt = nowMs() + 5;
  const serve = async (connection: Connection, first: number): Promise<void> => {
    for (let index: number | undefined = first; index !== undefined; index = backlog.shift()) {
      samples.push(await connection.send(target, target.body(index), startedAt + (index * 1000) / limits.perSecond));
    }
    idle.push(connection);
  };
  const begin = async (index: number): Promise<void> => {
    const connection = idle.pop() ?? (open.size < MOST_CONNECTIONS ? await grow() : undefined);
    if (connection) await serve(connection, index);
    else backlog.push(index);
  };
  const grow = async (): Promise<Connection> => {
    const connection = await Connection.open(target.port);
    open.add(connection);
    return connection;
  };
  for (let index = 0; index < total;) {
    const due = Math.min(total, Math.floor(((nowMs() - startedAt) * limits.perSecond) / 1000) + 1);
    for (; index < due; index += 1) {
      const work: Promise<void> = begin(index).finally(() => pending.delete(work));
      pending.add(work);
    }
    await delay(1);
  }
  while (pending.size > 0) await Promise.all(pending);
  for (const connection of open) connection.close();
  return samples;
}

/** A kept-alive connection with one request under way at a time. */
class Connection {
  readonly #socket: Socket;
  #received: Buffer[] = [];
  #size = 0;
  #wanted = -1;
  #answer: { resolve: (answer: { status: number; body: string }) => void; reject: (error: Error) => void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('error', (error) => this.#answer?.reject(error));
    socket.on('close', () => this.#answer?.reject(new Error('The server closed the connection')));
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error(`No answer within ${ANSWER_MS / 1000} s`)));
  }

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = new Socket();
      socket.once('error', reject);
      socket.connect(port, '127.0.0.1', () => resolve(new Connection(socket)));
    });
  }

  async send(target: Target, body: string, dueAt: number): Promise<Sample> {
    const headers = Object.entries({ 'content-type': 'application/json', ...target.headers, 'content-length': Buffer.byteLength(body) });
    const head = `POST ${target.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
    const answer = new Promise<{ status: number; body: string }>((resolve, reject) => (this.#answer = { resolve, reject }));
    this.#socket.write(head + body);
    const { status, body: text } = await answer;
    return { dueAt, answeredAt: nowMs(), status, body: text };
  }

  close(): void {
    this.#answer = undefined;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return;
    const all = this.#received.length === 1 ? chunk : Buffer.concat(this.#received);
    const end = all.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = all.toString('latin1', 0, end);
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length === undefined) return void this.#socket.destroy(new Error(`An answer without a length:\n${head}`));
    this.#wanted = end + 4 + Number(length);
    if (all.length < this.#wanted) {
      this.#received = [all];
      return;
    }
    const answer = this.#answer;
    this.#answer = undefined;
    this.#received = [];
    this.#size = 0;
    const body = all.toString('utf8', end + 4, this.#wanted);
    this.#wanted = -1;
    answer?.resolve({ status: Number(head.slice(9, 12)), body });
  }
}
