/** What a worker and the process of an isolated run say to each other. */

/** What the process needs to know. Sent over the channel, so that no secret stands in its environment. */
export interface IsolatedRunOptions {
  readonly worker: string;
  readonly databaseUrl: string;
  readonly leaseDatabaseUrl?: string;
  readonly encryptionKey: string;
  readonly allowPrivateHosts: readonly string[];
  readonly leaseMs: number;
  /** Where people and vendors reach us. */
  readonly publicUrl: string;
  /** When the database was restored from a backup, epoch milliseconds. */
  readonly restoredAt?: number;
}

/** The process has taken a run, and is through with the one before. It ends itself when there is none left. */
export interface IsolatedRunTaken {
  readonly runId: string;
  readonly fence: string;
}
