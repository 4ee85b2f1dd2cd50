import { notFound } from '@weft/errors';
import { missingConnectors } from '@weft/workflow';
import type { Template, WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { shippedTemplates } from './template-files.ts';

/** A template as the gallery shows it. */
export interface TemplateView {
  readonly id: string;
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly description: string;
  readonly category: string;
  /** Connectors it joins, in the order in which data flows. */
  readonly systems: readonly string[];
  readonly writes: readonly string[];
  readonly needs: Template['needs'];
  /** What it does at once when it is turned on; null when it only waits for what comes. */
  readonly start: string | null;
  /** What one does in the demo to see it work. */
  readonly tryIt: string | null;
  readonly documents: readonly WorkflowDocument[];
  /** Connectors it uses and that are not installed here. */
  readonly missingConnectors: readonly string[];
}

/** All templates. */
export async function listTemplates(ctx: Ctx): Promise<TemplateView[]> {
  requireRole(ctx, 'read');
  const catalog = await ctx.catalog();
  return (await shippedTemplates()).map((template) => ({
    id: template.id,
    name: template.name,
    summary: template.summary,
    description: template.description ?? template.summary,
    category: template.category,
    systems: template.systems,
    writes: template.writes,
    needs: template.needs,
    start: template.start ?? null,
    tryIt: template.tryIt ?? null,
    documents: template.workflows,
    missingConnectors: missingConnectors(template, catalog),
  }));
}

/** One template, or `notFound`. */
export async function getTemplate(ctx: Ctx, input: { templateId: string }): Promise<TemplateView> {
  const template = (await listTemplates(ctx)).find(({ id }) => id === input.templateId);
  if (!template) throw notFound('template_unknown', `There is no template “${input.templateId}”.`);
  return template;
}
