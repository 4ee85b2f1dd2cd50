import { WeftError } from '@weft/errors';
import { validateWorkflow, validateWorkflowText as validateText } from '@weft/workflow';
import type { JsonValue, Validation } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { createWorkflow } from './create-workflow.ts';
import type { WorkflowMade } from './view.ts';

/** A document, or the text of a file. */
export type DocumentOrText = { readonly document: JsonValue } | { readonly text: string };

/** Looks at a document without keeping it. */
export async function validateWorkflowText(ctx: Ctx, input: DocumentOrText): Promise<Validation> {
  requireRole(ctx, 'read');
  const catalog = await ctx.catalog();
  return 'text' in input ? validateText(input.text, catalog) : validateWorkflow(input.document, catalog);
}

/**
 * Makes a workflow from a document. It is a draft, bound to nothing but what is unmistakable, and switched off: nothing in it
 * is executed or fetched. A document whose shape is wrong is refused with every finding.
 */
export async function importWorkflow(ctx: Ctx, input: DocumentOrText): Promise<WorkflowMade> {
  requireRole(ctx, 'import');
  const { document, problems } = await validateWorkflowText(ctx, input);
  if (!document) {
    throw new WeftError({
      class: 'invalid',
      code: 'import_invalid',
      message: `This is not a workflow that Weft can read: ${problems[0]?.path ? `${problems[0].path}: ` : ''}${problems[0]?.message ?? ''}`,
      issues: problems.map(({ path, message }) => ({ path, message })),
    });
  }
  return createWorkflow(ctx, { name: document.name, document: document as unknown as JsonValue });
}
