/**
 * One link to a worker, from the side that accepts runs.
 *
 * A link is *opening*, then *open* once the worker has said who it is, then *closed* for good; whoever wants another opens
 * one. It counts how many more runs the worker will take: granted by the worker, reserved before a run is inserted, and
 * given back when the run was not inserted for it. Told that the worker leaves, it reserves nothing more, and says so once
 * no reservation is left whose run may yet be sent.
 */
import type { Socket } from 'node:net';
import { SECRET_HEADER } from '../rpc/client.ts';
import { request } from '../rpc/http.ts';
import { readLines } from './lines.ts';
import { BEAT_MS, LINK_PATH, LINK_PROTOCOL, PEER_HEADER, lineOf } from './messages.ts';
import type { FromWorker, RunAnswer } from './messages.ts';

/** What a link is told about itself. */
export interface LinkOptions {
  /** Of the worker's internal server. */
  readonly url: string;
  readonly secret: string;
  /** Who we are. */
  readonly peer: string;
  readonly onAnswers: (answers: readonly RunAnswer[]) => void;
  readonly onClose: (link: WorkerLink, error: Error | undefined) => void;
}

/** A place at a worker, held for one run. */
export interface Reservation {
  readonly link: WorkerLink;
  readonly worker: { readonly name: string; readonly leaseMs: number };
  /** See {@link HandedRun.stamp}. */
  readonly stamp: number;
}

/** A worker that has not shown itself for so long is given nothing. */
const SILENT_MS = 1.6 * BEAT_MS;
/** Longest silence of a link before it is given up. */
const DEAD_MS = 10_000;

export class WorkerLink {
  readonly #options: LinkOptions;
  #socket: Socket | undefined;
  #worker: { readonly name: string; readonly leaseMs: number } | undefined;
  #stamp = 0;
  #heardAt = -Infinity;
  #room = 0;
  #reserved = 0;
  #isLeaving = false;
  #isClosed = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    const opening = request(new URL(LINK_PATH, options.url), {
      headers: { connection: 'Upgrade', upgrade: LINK_PROTOCOL, [SECRET_HEADER]: options.secret, [PEER_HEADER]: options.peer },
      timeout: DEAD_MS,
    });
    opening.on('upgrade', (_response, socket: Socket, head) => this.#opened(socket, head));
    opening.on('response', (response) => {
      response.resume();
      this.#closed(new Error(`The worker at ${options.url} refused the link with ${response.statusCode}`));
    });
    opening.on('timeout', () => opening.destroy(new Error(`The worker at ${options.url} does not answer`)));
    opening.on('error', (error) => this.#closed(error));
    opening.end();
  }

  /** Runs that the worker would take now. */
  get room(): number {
    return performance.now() - this.#heardAt < SILENT_MS && !this.#isLeaving ? this.#room : 0;
  }

  get isOpen(): boolean {
    return this.#worker !== undefined && !this.#isClosed;
  }

  /** Holds a place for a run that is about to be inserted. Only when there is {@link room}. */
  reserve(): Reservation | undefined {
    if (!this.#worker || this.room <= 0 || this.#isClosed) return undefined;
    this.#room -= 1;
    this.#reserved += 1;
    return { link: this, worker: this.#worker, stamp: this.#stamp };
  }

  /** Gives a place back whose run was not inserted. */
  giveBack(): void {
    this.#room += 1;
    this.#settle(1);
  }

  /** Writes the line of `count` runs whose places were reserved. False when the link is closed: the worker will not read it. */
  sendRuns(line: string, count: number): boolean {
    const isSent = this.send(line);
    this.#settle(count);
    return isSent;
  }

  /** Writes a message. False when the link is closed. */
  send(line: string): boolean {
    if (!this.#socket || this.#isClosed || !this.#socket.writable) return false;
    this.#socket.write(line);
    return true;
  }

  #settle(count: number): void {
    this.#reserved -= count;
    if (this.#isLeaving && this.#reserved === 0) this.send(lineOf({ bye: true }));
  }

  close(): void {
    this.#closed(undefined);
  }

  #opened(socket: Socket, head: Buffer): void {
    if (this.#isClosed) return void socket.destroy();
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(DEAD_MS, () => socket.destroy(new Error('The worker fell silent')));
    socket.on('error', (error) => this.#closed(error));
    socket.on('close', () => this.#closed(new Error('The worker closed the link')));
    readLines(socket, (line) => this.#read(JSON.parse(line) as FromWorker));
    if (head.length > 0) socket.unshift(head);
  }

  #read(message: FromWorker): void {
    if ('answers' in message) return this.#options.onAnswers(message.answers);
    if ('leaving' in message) {
      this.#isLeaving = true;
      this.#settle(0);
      return;
    }
    this.#stamp = message.stamp;
    this.#heardAt = performance.now();
    if ('worker' in message) this.#worker = { name: message.worker, leaseMs: message.leaseMs };
    else this.#room += message.grant;
  }

  #closed(error: Error | undefined): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#room = 0;
    this.#socket?.destroy();
    this.#options.onClose(this, error);
  }
}
