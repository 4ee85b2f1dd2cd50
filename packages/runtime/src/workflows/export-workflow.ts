import type { WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { findWorkflow } from './find-workflow.ts';

/** The draft as a document: no account, no answer, no secret is in it. */
export async function exportWorkflow(ctx: Ctx, input: { id: string }): Promise<WorkflowDocument> {
  requireRole(ctx, 'read');
  return (await findWorkflow(ctx, input.id)).draft;
}
