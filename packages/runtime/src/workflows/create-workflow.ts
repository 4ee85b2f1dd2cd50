import { newId, toStorableText } from '@weft/db';
import { invalid } from '@weft/errors';
import { WORKFLOW_FORMAT, validateWorkflow } from '@weft/workflow';
import type { JsonValue, WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { toDatabaseJson } from './database-json.ts';
import { relinkCalls } from './callees.ts';
import { slotsOf } from './draft-parts.ts';
import type { WorkflowMade } from './view.ts';

/** Makes a workflow, empty or from a document. A document with mistakes is kept, and the mistakes are told. */
export async function createWorkflow(ctx: Ctx, input: { name: string; document?: JsonValue; templateId?: string }): Promise<WorkflowMade> {
  requireRole(ctx, 'edit');
  const draft = input.document === undefined ? emptyDocument(input.name) : await relinkCalls(ctx, asDocument(input.document));
  const name = await freeName(ctx, input.name);
  const { document, problems } = validateWorkflow({ ...draft, name }, await ctx.catalog());
  const kept = document ?? { ...draft, name };
  const row = await ctx.db.prisma.workflow.create({
    data: {
      id: newId(),
      workspaceId: ctx.actor.workspaceId,
      name,
      description: typeof kept.description === 'string' ? toStorableText(kept.description) : null,
      draft: toDatabaseJson(kept),
      draftUpdatedBy: ctx.actor.name,
      bindings: await likelyBindings(ctx, kept),
      ...(input.templateId === undefined ? {} : { templateId: input.templateId }),
    },
  });
  const needs = Object.entries(slotsOf(kept)).map(([slot, { connector }]) => ({ slot, connector }));
  return { id: row.id, problems, needs };
}

function emptyDocument(name: string): WorkflowDocument {
  return { format: WORKFLOW_FORMAT, name, config: {}, slots: {}, nodes: [], edges: [], settings: {}, layout: {} };
}

function asDocument(value: JsonValue): WorkflowDocument {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('not_a_workflow', 'A workflow is a JSON object with "format", "name", "nodes" and "edges".');
  }
  return value as unknown as WorkflowDocument;
}

/** The name, or the name with a number behind it when it is taken. */
async function freeName(ctx: Ctx, wanted: string): Promise<string> {
  const name = toStorableText(wanted).trim().slice(0, 190) || 'Untitled workflow';
  const taken = new Set(
    (
      await ctx.db.prisma.workflow.findMany({
        where: { workspaceId: ctx.actor.workspaceId, deletedAt: null, name: { startsWith: name } },
        select: { name: true },
      })
    ).map((row) => row.name),
  );
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) if (!taken.has(`${name} (${number})`)) return `${name} (${number})`;
}

/** Binds each slot for which the workspace has exactly one account. */
async function likelyBindings(ctx: Ctx, document: WorkflowDocument): Promise<Record<string, string>> {
  const connections = await ctx.db.prisma.connection.findMany({
    where: { workspaceId: ctx.actor.workspaceId },
    select: { id: true, connector: true },
  });
  return Object.fromEntries(
    Object.entries(slotsOf(document)).flatMap(([slot, { connector }]) => {
      const fitting = connections.filter((connection) => connection.connector === connector);
      return fitting.length === 1 && fitting[0] ? [[slot, fitting[0].id]] : [];
    }),
  );
}
