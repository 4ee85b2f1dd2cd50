/**
 * The links of a process that accepts runs to all workers: fresh runs go straight to one that has room, so that nobody has
 * to look for them. Without a link, or without room, runs are queued and claimed as ever.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { findWorkerAddresses } from '@weft/db';
import type { Accepted, Database, PreparedAccept } from '@weft/db';
import type { Logger } from '../logger.ts';
import { lineOf, runsLine } from './messages.ts';
import type { RunAnswer } from './messages.ts';
import { WorkerLink } from './worker-link.ts';
import type { Reservation } from './worker-link.ts';

/** Options of {@link openWorkerLinks}. */
export interface WorkerLinksOptions {
  readonly db: Database;
  /** The internal secret. */
  readonly secret: string;
  readonly log: Logger;
  /** Told of answers of runs that were accepted with our {@link WorkerLinks.peer} as `answerTo`. */
  readonly onAnswers?: (answers: readonly RunAnswer[]) => void;
}

export interface WorkerLinks {
  /** Names this process to workers. */
  readonly peer: string;
  /** How many runs each worker would take now. */
  rooms(): readonly number[];
  /** Holds a place for a run, at the worker with the most room. */
  reserve(): Reservation | undefined;
  /** Tells workers of runs that were inserted for them. Gives the ids of those that no worker will learn of. */
  handOver(runs: readonly { readonly event: PreparedAccept; readonly accepted: Accepted; readonly reservation: Reservation }[]): string[];
  /** Tells a worker that runs were queued. False when there is none to tell. */
  hint(count: number): boolean;
  close(): void;
}

const LOOK_MS = 2000;

/** Opens links to all workers that are there, and to those that come. */
export function openWorkerLinks(options: WorkerLinksOptions): WorkerLinks {
  const { db, log } = options;
  const peer = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const links = new Map<string, WorkerLink>();
  let isClosed = false;

  const look = async (): Promise<void> => {
    const addresses = await findWorkerAddresses(db.pool);
    if (isClosed) return;
    for (const { url } of addresses) {
      if (links.has(url)) continue;
      const link: WorkerLink = new WorkerLink({
        url,
        secret: options.secret,
        peer,
        onAnswers: (answers) => options.onAnswers?.(answers),
        onClose: (closed, error) => {
          if (links.get(url) === closed) links.delete(url);
          if (error) log.debug('A link to a worker ended', { url, reason: error.message });
        },
      });
      links.set(url, link);
    }
  };
  const lookSafely = (): void => void look().catch((error: unknown) => log.debug('The workers could not be looked up', { error }));
  lookSafely();
  const looking = setInterval(lookSafely, LOOK_MS);

  const roomiest = (): WorkerLink | undefined => {
    let best: WorkerLink | undefined;
    let most = -Infinity;
    for (const link of links.values()) {
      if (!link.isOpen || link.room <= most) continue;
      best = link;
      most = link.room;
    }
    return best;
  };

  return {
    peer,
    rooms: () => [...links.values()].map(({ room }) => room),
    reserve: () => roomiest()?.reserve(),
    handOver: (runs) => {
      const unheard: string[] = [];
      for (const [link, own] of Map.groupBy(runs, ({ reservation }) => reservation.link)) {
        const line = runsLine(
          own.map(({ event, accepted, reservation }) => ({ head: headOf(event, accepted, reservation), json: event.input.json })),
        );
        if (!link.sendRuns(line, own.length)) unheard.push(...own.map(({ event }) => event.id));
      }
      return unheard;
    },
    hint: (count) => roomiest()?.send(lineOf({ queued: count })) ?? false,
    close: () => {
      isClosed = true;
      clearInterval(looking);
      for (const link of links.values()) link.close();
    },
  };
}

function headOf({ id, row }: PreparedAccept, accepted: Accepted, { stamp }: Reservation) {
  return {
    id,
    workspaceId: row.workspaceId,
    workflowId: row.workflowId,
    versionId: row.versionId,
    origin: row.origin,
    acceptedAt: accepted.acceptedAt ?? 0,
    stamp,
    ...(accepted.workflowTag === undefined ? {} : { workflowTag: accepted.workflowTag }),
    ...(row.answerTo === undefined ? {} : { answerTo: row.answerTo }),
  };
}
