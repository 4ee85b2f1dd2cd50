import { workflowSchema } from '@weft/workflow';
import type { WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { findWorkflow } from './find-workflow.ts';

/** The draft as a document: no account, no answer, no secret is in it. Its members stand in the order of the format. */
export async function exportWorkflow(ctx: Ctx, input: { id: string }): Promise<WorkflowDocument> {
  requireRole(ctx, 'read');
  const { draft } = await findWorkflow(ctx, input.id);
  // The database keeps JSON without the order of its members; an unfinished draft goes out as it is.
  return workflowSchema.safeParse(draft).data ?? draft;
}
