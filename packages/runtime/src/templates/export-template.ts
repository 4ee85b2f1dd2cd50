import { invalid } from '@weft/errors';
import { findOperation, makeTemplate } from '@weft/workflow';
import type { Catalog, Template, WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { requireValid } from '../workflows/publish-workflow.ts';
import { findWorkflow } from '../workflows/find-workflow.ts';
import { shippedTemplates } from './template-files.ts';

/** What {@link exportTemplate} takes. */
export interface ExportTemplateInput {
  readonly workflowIds: readonly string[];
  readonly name: string;
  /** One sentence; the name when empty. */
  readonly summary?: string;
}

/**
 * The drafts of some workflows as one template file. No account, no answer, no secret is in it. When all of them came from one
 * template that we ship, what it says of its needs is kept, as far as they are still used.
 */
export async function exportTemplate(ctx: Ctx, input: ExportTemplateInput): Promise<Template> {
  requireRole(ctx, 'read');
  if (input.workflowIds.length === 0) throw invalid('nothing_chosen', 'Choose the workflows that the file should hold.');
  const rows = await Promise.all([...new Set(input.workflowIds)].map((id) => findWorkflow(ctx, id)));
  const catalog = await ctx.catalog();
  const workflows = await Promise.all(rows.map(async (row) => (await requireValid(ctx, row.draft)).document));
  const made = makeTemplate({
    name: input.name.trim(),
    summary: input.summary?.trim() || input.name.trim(),
    workflows,
    writes: writesOf(workflows, catalog),
  });
  const [first] = rows;
  const origin = rows.every(({ templateId }) => templateId !== null && templateId === first?.templateId) ? first?.templateId : undefined;
  const shipped = (await shippedTemplates()).find(({ id }) => id === origin);
  return shipped ? { ...made, category: shipped.category, needs: stillNeeded(shipped.needs, workflows) } : made;
}

function stillNeeded(needs: Template['needs'], workflows: readonly WorkflowDocument[]): Template['needs'] {
  const text = JSON.stringify(workflows);
  const slots = new Set(workflows.flatMap((workflow) => Object.keys(workflow.slots)));
  return needs
    .filter(({ slot }) => slots.has(slot))
    .map((need) => ({ ...need, fields: need.fields.filter(({ name, title }) => text.includes(title ?? name)) }));
}

/** One sentence for each connector that is written to: `ConnectWise PSA: Create the ticket, Note it on the company`. */
function writesOf(workflows: readonly WorkflowDocument[], catalog: Catalog): string[] {
  const written = new Map<string, Set<string>>();
  for (const node of workflows.flatMap(({ nodes }) => nodes)) {
    if (node.kind !== 'connector' || node.slot === undefined) continue;
    const operation = findOperation(catalog, node.connector, node.operation);
    if (operation?.access !== 'write') continue;
    const title = catalog.connector(node.connector)?.title ?? node.connector;
    written.set(title, (written.get(title) ?? new Set()).add(node.title ?? operation.title));
  }
  return [...written].map(([title, acts]) => `${title}: ${[...acts].join(', ')}`);
}
