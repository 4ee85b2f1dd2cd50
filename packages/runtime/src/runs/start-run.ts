import { newId } from '@weft/db';
import type { JsonValue, WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { keyTemplatesOf, runKeysOf } from '../triggers/run-keys.ts';
import { toDatabaseJson } from '../workflows/database-json.ts';
import { findWorkflow } from '../workflows/find-workflow.ts';
import type { WorkflowRow } from '../workflows/find-workflow.ts';
import { requireValid } from '../workflows/publish-workflow.ts';
import { publishedVersion, requireComplete } from '../workflows/set-workflow-enabled.ts';
import { acceptRuns } from './accept-runs.ts';

/** What {@link startRun} takes. */
export interface StartRunInput {
  readonly workflowId: string;
  /** Becomes `trigger`. */
  readonly payload: JsonValue;
  /** Which document: the newest published version (default) or the draft as it is now. */
  readonly version?: 'draft' | 'published';
}

/** Starts a run by hand. A draft must have no errors; it is kept as it was, so that the run can be read later. */
export async function startRun(ctx: Ctx, input: StartRunInput): Promise<{ runId: string }> {
  requireRole(ctx, 'run');
  const row = await findWorkflow(ctx, input.workflowId);
  const { versionId, document } = input.version === 'draft' ? await snapshotDraft(ctx, row) : await published(ctx, row);
  await requireComplete(ctx, row, document);
  const origin = input.version === 'draft' ? 'test' : ctx.actor.via === 'token' ? 'api' : 'manual';
  return begin(ctx, { workflowId: row.id, versionId, document, payload: input.payload, origin });
}

/** Accepts one run of a version. */
export async function begin(
  ctx: Ctx,
  input: { workflowId: string; versionId: string; document: WorkflowDocument; payload: unknown; origin: string },
): Promise<{ runId: string }> {
  const [accepted] = await acceptRuns(ctx, [
    {
      workspaceId: ctx.actor.workspaceId,
      workflowId: input.workflowId,
      versionId: input.versionId,
      origin: input.origin,
      payload: input.payload,
      ...(await runKeysOf(keyTemplatesOf(input.document), input.payload)),
    },
  ]);
  if (!accepted) throw new Error('A run was accepted without an answer');
  return { runId: accepted.runId };
}

async function published(ctx: Ctx, row: WorkflowRow): Promise<{ versionId: string; document: WorkflowDocument }> {
  const version = await publishedVersion(ctx, row);
  return { versionId: version.id, document: version.document };
}

async function snapshotDraft(ctx: Ctx, row: WorkflowRow): Promise<{ versionId: string; document: WorkflowDocument }> {
  const { document } = await requireValid(ctx, row.draft);
  const version = await ctx.db.prisma.workflowVersion.create({
    data: { id: newId(), workflowId: row.id, document: toDatabaseJson(document), publishedBy: ctx.actor.name },
  });
  return { versionId: version.id, document };
}
