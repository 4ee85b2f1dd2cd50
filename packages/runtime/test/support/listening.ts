/**
 * Workflows of one workspace that are switched on: called by others, or told of failed runs.
 */
import { newId } from '@weft/db';
import type { Database } from '@weft/db';
import { workflowSchema } from '@weft/workflow';
import type { TestWorkflow } from './workflows.ts';

/** What a workflow is made from, its trigger aside. */
export interface ListeningInput {
  readonly name: string;
  readonly nodes: readonly unknown[];
  readonly edges: readonly unknown[];
  readonly settings?: unknown;
}

/** One that others can call. */
export function putCallee(
  db: Database,
  workspaceId: string,
  input: ListeningInput & { readonly fields?: readonly unknown[] },
): Promise<TestWorkflow> {
  const { fields = [], ...rest } = input;
  return putListening(db, workspaceId, { ...rest, operation: 'called', mode: 'call', trigger: { fields } });
}

/** One that hears of failed runs: of the given workflows, or of any. */
export function putFailureListener(
  db: Database,
  workspaceId: string,
  input: ListeningInput & { readonly workflows?: readonly string[] },
): Promise<TestWorkflow> {
  const { workflows = [], ...rest } = input;
  return putListening(db, workspaceId, { ...rest, operation: 'runFailed', mode: 'failure', trigger: { workflows } });
}

/** Puts a workflow, its runs to come included, into another workspace. */
export async function moveTo(db: Database, workspaceId: string, workflow: TestWorkflow): Promise<TestWorkflow> {
  await db.pool.query('UPDATE workflow SET workspace_id = $1 WHERE id = $2', [workspaceId, workflow.workflowId]);
  return { ...workflow, workspaceId };
}

async function putListening(
  db: Database,
  workspaceId: string,
  input: ListeningInput & { readonly operation: string; readonly mode: string; readonly trigger: Record<string, unknown> },
): Promise<TestWorkflow> {
  const { name, operation, mode, settings = {} } = input;
  const start = { id: 'start', kind: 'trigger', connector: 'workflow', operation, input: input.trigger };
  const document = workflowSchema.parse({ format: 'weft/workflow@1', name, nodes: [start, ...input.nodes], edges: input.edges, settings });
  const ids = { workspaceId, workflowId: newId(), versionId: newId() };
  await db.prisma.workflow.create({
    data: { id: ids.workflowId, workspaceId, name, draft: document as never, enabled: true, publishedVersion: 1 },
  });
  await db.prisma.workflowVersion.create({
    data: { id: ids.versionId, workflowId: ids.workflowId, number: 1, document: document as never },
  });
  await db.prisma.triggerBinding.create({
    data: {
      id: newId(),
      nodeId: 'start',
      connector: 'workflow',
      operation,
      mode,
      input: input.trigger as never,
      nextDueAt: new Date(),
      ...ids,
    },
  });
  return ids;
}
