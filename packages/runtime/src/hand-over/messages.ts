/**
 * What a process that accepts runs and a worker say to each other over their link: one JSON text a line, both ways, over a
 * connection that the accepting process opens to the worker's internal server and upgrades.
 *
 * A link only shortens ways. Every run is in the database before it is told of here, and every answer before it is given;
 * whatever a broken link swallows is found there.
 */
import type { StoredAnswer } from '@weft/db';

/** Path of the upgrade, and the protocol named in it. */
export const LINK_PATH = '/link';
export const LINK_PROTOCOL = 'weft-link';
/** Names the process that opens the link. */
export const PEER_HEADER = 'x-weft-peer';
/** How often a worker shows that it lives. */
export const BEAT_MS = 1000;

/** A run that was accepted for this worker: claimed for it by the statement that inserted it. */
export interface HandedRun {
  readonly id: string;
  readonly workspaceId: string;
  readonly workflowId: string;
  readonly versionId: string;
  readonly origin: string;
  /** By the database's clock, epoch milliseconds. */
  readonly acceptedAt: number;
  readonly workflowTag?: string;
  readonly answerTo?: string;
  /** The worker's own clock as it was told last before the run was claimed: its lease ends no earlier than counted from there. */
  readonly stamp: number;
  readonly payload: unknown;
}

/** The answer of a run to the request that started it. */
export interface RunAnswer {
  readonly runId: string;
  readonly answer: StoredAnswer;
}

/** From the accepting process. */
export type ToWorker =
  | { readonly runs: readonly HandedRun[] }
  /** Runs were queued for which there was no room. */
  | { readonly queued: number }
  /** Nothing more comes: the worker had said that it leaves. */
  | { readonly bye: true };

/** From the worker. */
export type FromWorker =
  | {
      readonly worker: string;
      readonly leaseMs: number;
      readonly stamp: number;
    }
  /** So many more runs may be handed over. Zero is a sign of life. */
  | { readonly grant: number; readonly stamp: number }
  | { readonly answers: readonly RunAnswer[] }
  /** Hand over no more, and say so. */
  | { readonly leaving: true };

/** A message as it is written. */
export function lineOf(message: ToWorker | FromWorker): string {
  return `${JSON.stringify(message)}\n`;
}

/** Runs as they are written; `json` is the payload as the text that it was stored as. */
export function runsLine(runs: readonly { readonly head: Omit<HandedRun, 'payload'>; readonly json: string }[]): string {
  // The payload is text already: it is put in its place rather than parsed and written again.
  return `{"runs":[${runs.map(({ head, json }) => `${JSON.stringify(head).slice(0, -1)},"payload":${json}}`).join(',')}]}\n`;
}
