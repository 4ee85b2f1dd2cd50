import { WeftError } from '@weft/errors';
import type { JsonValue, WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { createWorkflow } from '../workflows/create-workflow.ts';
import { publishWorkflow } from '../workflows/publish-workflow.ts';
import { requireOwnConnections } from '../workflows/set-workflow-bindings.ts';
import { requireAnswersFit } from '../workflows/set-workflow-config.ts';
import { requireComplete, setWorkflowEnabled } from '../workflows/set-workflow-enabled.ts';
import { toDatabaseJson } from '../workflows/database-json.ts';
import { requireNeeds } from './check-needs.ts';
import { getTemplate } from './list-templates.ts';

/** What {@link installTemplate} takes. */
export interface InstallTemplateInput {
  readonly templateId: string;
  /** Name of the workflow; the template's own when absent. */
  readonly name?: string;
  /** slot → connection id; every slot of the template. */
  readonly bindings: Readonly<Record<string, string>>;
  /** Answers to the template's questions; defaults fill the gaps. */
  readonly config: Readonly<Record<string, JsonValue>>;
  readonly enable?: boolean;
}

/** Makes the template's workflows, publishes them and switches them on if asked. Everything is checked before anything is made. */
export async function installTemplate(ctx: Ctx, input: InstallTemplateInput): Promise<{ workflowIds: string[] }> {
  requireRole(ctx, 'install');
  const template = await getTemplate(ctx, { templateId: input.templateId });
  if (template.missingConnectors.length > 0) {
    throw new WeftError({
      class: 'invalid',
      code: 'connector_missing',
      message: `“${template.name}” needs the ${template.missingConnectors.length === 1 ? 'connector' : 'connectors'} ${template.missingConnectors.join(', ')}, which no worker here offers. Nothing was installed.`,
      issues: template.missingConnectors.map((id) => ({ path: 'systems', message: `The connector “${id}” is not installed here.` })),
    });
  }
  requireKnownNames(template.documents, input);
  await requireOwnConnections(ctx, input.bindings, {});
  for (const document of template.documents) {
    const own = ownAnswers(document.config, input.config);
    requireAnswersFit(document, own);
    await requireComplete(ctx, { name: document.name, bindings: input.bindings, config: own }, document);
  }
  if (input.enable) await requireNeeds(ctx, { name: template.name, needs: template.needs, bindings: input.bindings });
  const workflowIds: string[] = [];
  for (const document of template.documents) {
    const name = template.documents.length === 1 ? (input.name ?? document.name) : document.name;
    const { id } = await createWorkflow(ctx, { name, document: document as unknown as JsonValue, templateId: template.id });
    await ctx.db.prisma.workflow.update({
      where: { id },
      data: {
        bindings: pick(input.bindings, Object.keys(document.slots)),
        config: toDatabaseJson(ownAnswers(document.config, input.config)),
      },
    });
    await publishWorkflow(ctx, { id });
    if (input.enable) await setWorkflowEnabled(ctx, { id, enabled: true });
    workflowIds.push(id);
  }
  return { workflowIds };
}

/** A misspelt name must not install something that does other than what was asked. */
function requireKnownNames(documents: readonly WorkflowDocument[], input: InstallTemplateInput): void {
  const issues = [
    ...unknown(
      input.bindings,
      documents.flatMap(({ slots }) => Object.keys(slots)),
    ).map((slot) => ({ path: `bindings.${slot}`, message: `This template has no slot “${slot}”.` })),
    ...unknown(
      input.config,
      documents.flatMap(({ config }) => Object.keys(config)),
    ).map((key) => ({ path: `config.${key}`, message: `This template asks no question “${key}”.` })),
  ];
  if (issues.length > 0)
    throw new WeftError({ class: 'invalid', code: 'names_unknown', message: issues.map(({ message }) => message).join(' '), issues });
}

function unknown(given: object, known: readonly string[]): string[] {
  return Object.keys(given).filter((name) => !known.includes(name));
}

function ownAnswers(questions: object, answers: InstallTemplateInput['config']): Record<string, JsonValue> {
  return pick(answers, Object.keys(questions));
}

function pick<Value>(from: Readonly<Record<string, Value>>, keys: readonly string[]): Record<string, Value> {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])));
}
