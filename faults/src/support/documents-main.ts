/**
 * Takes documents as the web process does, by the use cases that its routes call: `importFile`, `publishWorkflow`, `startRun`
 * of `@weft/runtime`. A process of its own, so that its memory and its event loop can be told. It is given a document after the
 * other over its channel, and says what became of each.
 */
import { newId, openDatabase } from '@weft/db';
import { createLogger, importFile, publishWorkflow, startRun } from '@weft/runtime';
import type { Ctx } from '@weft/runtime';
import type { Catalog, ConnectorManifest } from '@weft/workflow';
import { memoryMb } from './usage.ts';

/** What became of a document. */
export interface DocumentTaken {
  /** How far it came. */
  readonly stage: 'import' | 'publish' | 'run';
  /** Why it came no further: the class of the error and its sentence. */
  readonly refusal?: { readonly class: string; readonly message: string };
  readonly runId?: string;
  /** Milliseconds for all of it. */
  readonly ms: number;
  /** The most memory that the process had so far, megabytes. */
  readonly peakMb: number;
}

const db = openDatabase({ url: process.env['DATABASE_URL'] ?? '', applicationName: 'weft-faults', max: 4 });
const rows = await db.prisma.connector.findMany();
// Workers write manifests of exactly this type.
const manifests = new Map(rows.map((row) => [row.id, row.manifest as unknown as ConnectorManifest]));
const catalog: Catalog = { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };
const workspaceId = newId();
await db.prisma.workspace.create({ data: { id: workspaceId, name: 'Documents' } });
const ctx: Ctx = {
  db,
  // Nobody hears a bell: workers look by themselves.
  queue: { backend: 'postgres', ring: async () => {}, listen: async () => ({ close: async () => {} }), close: async () => {} },
  worker: {} as Ctx['worker'], // none of these asks a worker
  actor: { workspaceId, role: 'admin', name: 'Faults', via: 'session' },
  clock: { now: Date.now },
  log: createLogger({ process: 'documents', level: 'warn' }),
  catalog: async () => catalog,
};

async function take(text: string): Promise<DocumentTaken> {
  const startedAt = performance.now();
  let stage: DocumentTaken['stage'] = 'import';
  const told = (more: Pick<DocumentTaken, 'refusal' | 'runId'>): DocumentTaken => ({
    stage,
    ms: performance.now() - startedAt,
    peakMb: memoryMb(process.pid).peak,
    ...more,
  });
  try {
    const { workflows } = await importFile(ctx, { text });
    const id = workflows[0]?.id ?? '';
    stage = 'publish';
    await publishWorkflow(ctx, { id });
    stage = 'run';
    return told({ runId: (await startRun(ctx, { workflowId: id, payload: { id: 'a document' } })).runId });
  } catch (thrown) {
    const error = thrown as { class?: string; message?: string };
    return told({ refusal: { class: error.class ?? 'not an error of ours', message: error.message ?? String(thrown) } });
  }
}

process.on('message', (text: string) => void take(text).then((taken) => process.send?.(taken)));
process.send?.({ ready: true, port: 0 });
