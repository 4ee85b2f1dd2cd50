/**
 * Workflows put straight into the database, and questions about their runs.
 */
import { expect, vi } from 'vitest';
import { loadJournal, newId } from '@weft/db';
import type { Database } from '@weft/db';
import { openQueue } from '@weft/queue';
import { acceptRuns } from '@weft/runtime';
import { workflowSchema } from '@weft/workflow';

export interface TestWorkflow {
  readonly workspaceId: string;
  readonly workflowId: string;
  readonly versionId: string;
}

type DocumentInput = { nodes: unknown[]; edges: unknown[]; settings?: unknown; config?: unknown };

export async function putWorkflow(db: Database, input: DocumentInput, trigger?: Record<string, unknown>): Promise<TestWorkflow> {
  const document = workflowSchema.parse({ format: 'weft/workflow@1', name: 'Test', ...input });
  const ids = { workspaceId: newId(), workflowId: newId(), versionId: newId() };
  await db.prisma.workspace.create({ data: { id: ids.workspaceId, name: 'Test' } });
  await db.prisma.workflow.create({
    data: { id: ids.workflowId, workspaceId: ids.workspaceId, name: 'Test', draft: document, enabled: true },
  });
  await db.prisma.workflowVersion.create({ data: { id: ids.versionId, workflowId: ids.workflowId, number: 1, document } });
  if (trigger) {
    await db.prisma.triggerBinding.create({
      data: { id: newId(), nodeId: 'start', input: {}, nextDueAt: new Date(), ...ids, ...trigger } as never,
    });
  }
  return ids;
}

export const manualStart = { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} };

export function httpNode(
  id: string,
  operation: 'get' | 'request',
  url: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return { id, kind: 'connector', connector: 'http', operation, input: { url, ...more } };
}

/** A chain: start → a → b → … */
export function chain(...nodes: Record<string, unknown>[]): DocumentInput {
  const all = [manualStart, ...nodes];
  return { nodes: all, edges: all.slice(1).map((node, index) => ({ from: all[index]?.id, to: node['id'] })) };
}

export async function start(db: Database, databaseUrl: string, workflow: TestWorkflow, payload: unknown = {}): Promise<string> {
  const queue = await openQueue({ databaseUrl });
  const [run] = await acceptRuns({ db, queue }, [{ ...workflow, origin: 'api', payload }]);
  await queue.close();
  if (!run) throw new Error('Not accepted');
  return run.runId;
}

export interface EndedRun {
  readonly status: string;
  readonly reason: string | null;
  readonly error: { readonly class: string; readonly code: string; readonly message: string } | null;
  readonly failed_node: string | null;
  readonly recovery_count: number;
  readonly fence: number;
  readonly business_key: string | null;
  readonly dedup_key: string | null;
  readonly input: unknown;
}

export async function ended(db: Database, runId: string, timeout = 20_000): Promise<EndedRun> {
  return vi.waitFor(
    async () => {
      const { rows } = await db.pool.query<EndedRun>(
        'SELECT status, reason, error, failed_node, recovery_count, fence::int, business_key, dedup_key, input FROM run_history WHERE id = $1',
        [runId],
      );
      expect(rows, `run ${runId} has ended`).toHaveLength(1);
      return rows[0] as EndedRun;
    },
    { timeout, interval: 20 },
  );
}

/** Makes a crashed worker's runs and triggers claimable now rather than when their lease ends. */
export async function expireLeases(db: Database): Promise<void> {
  await db.pool.query(`UPDATE run SET lease_until = now() - interval '1 second' WHERE status = 'running'`);
  await db.pool.query(`UPDATE trigger_binding SET lease_until = now() - interval '1 second' WHERE lease_until IS NOT NULL`);
}

export async function steps(db: Database, runId: string) {
  return (await loadJournal(db.pool, [runId])).map(({ path, status, attempt, output, error }) => ({
    path,
    status,
    attempt,
    output,
    error,
  }));
}
