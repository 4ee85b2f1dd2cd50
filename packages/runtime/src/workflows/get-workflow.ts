import type { StoredError } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { findWorkflow } from './find-workflow.ts';
import { refusedAccounts } from './refused-accounts.ts';
import type { TriggerView, WorkflowDetail } from './view.ts';

/** One workflow with its draft and the state of its trigger. */
export async function getWorkflow(ctx: Ctx, input: { id: string }): Promise<WorkflowDetail> {
  requireRole(ctx, 'read');
  const row = await findWorkflow(ctx, input.id);
  return {
    id: row.id,
    name: row.name,
    draft: row.draft,
    revision: row.draftRevision,
    publishedVersion: row.publishedVersion,
    publishedRevision: row.publishedRevision,
    enabled: row.enabled,
    config: row.config,
    bindings: row.bindings,
    trigger: await readTrigger(ctx, row),
    templateId: row.templateId,
  };
}

async function readTrigger(ctx: Ctx, { id: workflowId, bindings }: Pick<WorkflowDetail, 'id' | 'bindings'>): Promise<TriggerView | null> {
  const [binding, refused] = await Promise.all([
    ctx.db.prisma.triggerBinding.findFirst({ where: { workflowId, enabled: true } }),
    refusedAccounts(ctx),
  ]);
  if (!binding) return null;
  const publicUrl = (process.env['WEFT_PUBLIC_URL'] ?? '').replace(/\/$/, '');
  return {
    mode: binding.mode,
    ...(binding.hookToken === null ? {} : { hookUrl: `${publicUrl}/hooks/${binding.hookToken}` }),
    activatedAt: binding.activatedAt?.toISOString() ?? null,
    nextDueAt: binding.nextDueAt?.toISOString() ?? null,
    lastPolledAt: binding.lastPolledAt?.toISOString() ?? null,
    lastError: binding.lastError as unknown as StoredError | null,
    lastFound:
      binding.lastFound === null || !binding.lastFoundAt ? null : { message: binding.lastFound, at: binding.lastFoundAt.toISOString() },
    waitsFor: refused.filter(({ id }) => Object.values(bindings).includes(id)),
  };
}
