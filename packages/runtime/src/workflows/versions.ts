import { notFound } from '@weft/errors';
import type { WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { findWorkflow } from './find-workflow.ts';

/** A published version. */
export interface VersionView {
  readonly number: number;
  readonly publishedBy: string | null;
  readonly publishedAt: string;
}

/** The published versions, newest first. */
export async function listVersions(ctx: Ctx, input: { id: string }): Promise<VersionView[]> {
  requireRole(ctx, 'read');
  const row = await findWorkflow(ctx, input.id);
  const versions = await ctx.db.prisma.workflowVersion.findMany({
    where: { workflowId: row.id, number: { not: null } },
    orderBy: { number: 'desc' },
  });
  return versions.map(({ number, publishedBy, createdAt }) => ({ number: number ?? 0, publishedBy, publishedAt: createdAt.toISOString() }));
}

/** One published version with its document. */
export async function getVersion(
  ctx: Ctx,
  input: { id: string; number: number },
): Promise<VersionView & { readonly document: WorkflowDocument }> {
  requireRole(ctx, 'read');
  const row = await findWorkflow(ctx, input.id);
  const version = await ctx.db.prisma.workflowVersion.findFirst({ where: { workflowId: row.id, number: input.number } });
  if (!version) throw notFound('version_unknown', `“${row.name}” has no version ${input.number}.`);
  return {
    number: input.number,
    publishedBy: version.publishedBy,
    publishedAt: version.createdAt.toISOString(),
    document: version.document as unknown as WorkflowDocument,
  };
}
