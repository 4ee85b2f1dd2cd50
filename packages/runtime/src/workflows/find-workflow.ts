/** Reading one workflow of the actor's workspace. */
import { notFound } from '@weft/errors';
import type { WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';

/** A workflow's row, its JSON columns typed. */
export interface WorkflowRow {
  readonly id: string;
  readonly name: string;
  readonly draft: WorkflowDocument;
  readonly draftRevision: number;
  readonly draftUpdatedAt: Date;
  readonly draftUpdatedBy: string | null;
  readonly publishedVersion: number | null;
  readonly publishedRevision: number | null;
  readonly enabled: boolean;
  readonly templateId: string | null;
  readonly config: Readonly<Record<string, unknown>>;
  readonly bindings: Readonly<Record<string, string>>;
}

/** The workflow, or `notFound`, which a workflow of another workspace is too. */
export async function findWorkflow(ctx: Ctx, id: string): Promise<WorkflowRow> {
  const row = await ctx.db.prisma.workflow.findFirst({ where: { id, workspaceId: ctx.actor.workspaceId, deletedAt: null } });
  if (!row) throw notFound('workflow_unknown', `There is no workflow ${id} in this workspace; it may have been deleted.`);
  // These columns are written by the use cases beside this one only.
  return {
    ...row,
    draft: row.draft as unknown as WorkflowDocument,
    config: row.config as Record<string, unknown>,
    bindings: row.bindings as Record<string, string>,
  };
}
