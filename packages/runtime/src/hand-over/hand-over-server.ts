/**
 * The worker's side of the links: takes runs that were accepted for it, says how many more it takes, and sends answers.
 *
 * Each peer is granted a window of runs. A run that came over the link uses one place; places are granted anew when the
 * peer has used half of its window, and only while the worker is not behind with what is queued in the database, so that
 * nobody overtakes.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from '../logger.ts';
import { monotonicMs } from '../runs/lease-keeper.ts';
import { readLines } from './lines.ts';
import { BEAT_MS, LINK_PATH, LINK_PROTOCOL, PEER_HEADER, lineOf } from './messages.ts';
import type { FromWorker, HandedRun, RunAnswer, ToWorker } from './messages.ts';

/** Options of {@link startHandOverServer}. */
export interface HandOverOptions {
  readonly worker: string;
  readonly leaseMs: number;
  /** Runs that are handed over at once, at most. */
  readonly most: number;
  readonly log: Logger;
  readonly isAuthorised: (request: IncomingMessage) => boolean;
  readonly onRuns: (runs: readonly HandedRun[]) => void;
  /** Runs were queued. */
  readonly onQueued: () => void;
  /** Runs that may be handed over now. */
  readonly room: () => number;
}

export interface HandOverServer {
  /** Takes the upgrades of a server. */
  attach(server: Server): void;
  /** Room may have become free: grants it. */
  refresh(): void;
  /** Sends an answer to where it is waited for, together with others of this moment. False when there is no link to there. */
  answer(peer: string, answer: RunAnswer): boolean;
  /** Takes no more runs. Resolves when no peer will send any, or after a moment. */
  leave(): Promise<void>;
  close(): void;
}

interface Peer {
  readonly name: string;
  readonly socket: Socket;
  /** Places granted and not used. */
  granted: number;
  answers: RunAnswer[];
  hasLeft: boolean;
}

const LEAVE_MS = 5000;
const SMALLEST_WINDOW = 4;

/** Makes it. */
export function startHandOverServer(options: HandOverOptions): HandOverServer {
  const peers = new Set<Peer>();
  let isLeaving = false;
  let onBye: (() => void) | undefined;

  const grant = (peer: Peer, isBeat: boolean): void => {
    const window = Math.max(SMALLEST_WINDOW, Math.ceil(options.most / Math.max(1, peers.size)));
    const places = isLeaving || (!isBeat && peer.granted > window / 2) ? 0 : Math.min(window - peer.granted, options.room() - peer.granted);
    if (places <= 0 && !isBeat) return;
    peer.granted += Math.max(0, places);
    write(peer, { grant: Math.max(0, places), stamp: monotonicMs() });
  };
  const beating = setInterval(() => {
    for (const peer of peers) grant(peer, true);
  }, BEAT_MS);

  const read = (peer: Peer, message: ToWorker): void => {
    if ('runs' in message) {
      peer.granted -= message.runs.length;
      options.onRuns(message.runs);
      grant(peer, false);
    } else if ('queued' in message) options.onQueued();
    else {
      peer.hasLeft = true;
      if ([...peers].every(({ hasLeft }) => hasLeft)) onBye?.();
    }
  };

  const upgrade = (request: IncomingMessage, socket: Socket, head: Buffer): void => {
    const refusal = request.url !== LINK_PATH || request.headers.upgrade !== LINK_PROTOCOL ? '404 Not Found' : '401 Unauthorized';
    const name = request.headers[PEER_HEADER];
    if (request.url !== LINK_PATH || !options.isAuthorised(request) || typeof name !== 'string') {
      socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\n\r\n`);
      return;
    }
    const peer: Peer = { name, socket, granted: 0, answers: [], hasLeft: false };
    socket.setNoDelay(true);
    socket.setTimeout(0);
    socket.on('error', (error) => options.log.debug('A link broke', { peer: name, reason: error.message }));
    socket.on('close', () => {
      peers.delete(peer);
      if (isLeaving && peers.size === 0) onBye?.();
    });
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: ${LINK_PROTOCOL}\r\n\r\n`);
    readLines(socket, (line) => read(peer, JSON.parse(line) as ToWorker));
    if (head.length > 0) socket.unshift(head);
    peers.add(peer);
    write(peer, { worker: options.worker, leaseMs: options.leaseMs, stamp: monotonicMs() });
    if (isLeaving) write(peer, { leaving: true });
    else grant(peer, false);
  };

  return {
    attach: (server) => void server.on('upgrade', (request, socket, head) => upgrade(request, socket as Socket, head)),
    refresh: () => {
      for (const peer of peers) grant(peer, false);
    },
    answer: (name, answer) => {
      const peer = [...peers].find((candidate) => candidate.name === name && candidate.socket.writable);
      if (!peer) return false;
      if (peer.answers.push(answer) === 1) {
        setImmediate(() => {
          write(peer, { answers: peer.answers });
          peer.answers = [];
        });
      }
      return true;
    },
    leave: async () => {
      isLeaving = true;
      const waiting = [...peers].filter(({ hasLeft }) => !hasLeft);
      if (waiting.length === 0) return;
      const left = new Promise<void>((resolve) => (onBye = resolve));
      for (const peer of waiting) write(peer, { leaving: true });
      const tooLong = setTimeout(() => onBye?.(), LEAVE_MS);
      await left;
      clearTimeout(tooLong);
    },
    close: () => {
      clearInterval(beating);
      for (const { socket } of peers) socket.destroy();
    },
  };
}

function write(peer: Peer, message: FromWorker): void {
  if (peer.socket.writable) peer.socket.write(lineOf(message));
}
