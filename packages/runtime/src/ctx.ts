/**
 * What every use case is given as its first argument: the resources it may use and who asks.
 */
import type { Database } from '@weft/db';
import type { HintQueue } from '@weft/queue';
import type { Catalog } from '@weft/workflow';
import type { Logger } from './logger.ts';
import type { Role } from './permissions.ts';
import type { WorkerClient } from './rpc/contract.ts';

/** Who asks. */
export interface Actor {
  readonly workspaceId: string;
  readonly role: Role;
  readonly userId?: string;
  /** Shown in histories: a person's name, a token's name, `Weft`. */
  readonly name: string;
  readonly via: 'session' | 'token' | 'system';
}

/** The resources of a use case. */
export interface Ctx {
  readonly db: Database;
  readonly queue: HintQueue;
  readonly worker: WorkerClient;
  readonly actor: Actor;
  readonly clock: { now(): number };
  readonly log: Logger;
  /** The connectors that workers have published. */
  catalog(): Promise<Catalog>;
}
