import { WeftError } from '@weft/errors';
import { validateWorkflow, validateWorkflowText as validateText } from '@weft/workflow';
import type { JsonValue, Validation } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { slotsOf } from './draft-parts.ts';
import { keepDocument, twinsOf } from './keep-document.ts';
import type { Outcome } from './keep-document.ts';
import type { WorkflowMade } from './view.ts';

/** A document, or the text of a file. */
export type DocumentOrText = { readonly document: JsonValue } | { readonly text: string };

/** Looks at a document without keeping it. */
export async function validateWorkflowText(ctx: Ctx, input: DocumentOrText): Promise<Validation> {
  requireRole(ctx, 'read');
  const catalog = await ctx.catalog();
  return 'text' in input ? validateText(input.text, catalog) : validateWorkflow(input.document, catalog);
}

/** What became of an import: a new workflow, the draft of the one of that name, or nothing, since it was there already. */
export interface WorkflowImported extends WorkflowMade {
  readonly outcome: Outcome;
}

/**
 * Makes a workflow from a document. It is a draft, bound to nothing but what is unmistakable, and switched off: nothing in it
 * is executed or fetched. A document whose shape is wrong is refused with every finding. One that is there already, word for
 * word, is not made again; with `sameName: 'update'` the draft of the workflow of that name is replaced, and what is published
 * of it goes on as it is.
 */
export async function importWorkflow(
  ctx: Ctx,
  input: DocumentOrText & { readonly sameName?: 'create' | 'update' },
): Promise<WorkflowImported> {
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
  const needs = Object.entries(slotsOf(document)).map(([slot, { connector }]) => ({ slot, connector }));
  const twins = await twinsOf(ctx, [document]);
  const { id, outcome } = await keepDocument(ctx, document, { sameName: input.sameName ?? 'create', twin: twins.get(document.name) });
  return { id, problems, needs, outcome };
}
