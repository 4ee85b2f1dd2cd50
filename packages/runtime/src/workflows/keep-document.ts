/** Keeping a document that came from outside: as a new workflow, as the draft of the one of its name, or not at all. */
import { canonicalJson } from '@weft/workflow';
import type { JsonValue, WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { relinkCalls } from './callees.ts';
import { createWorkflow } from './create-workflow.ts';
import { saveDraft } from './save-draft.ts';

/** What became of a document. */
export type Outcome = 'created' | 'updated' | 'unchanged';

/** A workflow that has the name of a document. */
export interface Twin {
  readonly id: string;
  readonly draft: unknown;
  readonly draftRevision: number;
}

/** The workflows that have the names of documents, the oldest of each name. */
export async function twinsOf(ctx: Ctx, documents: readonly WorkflowDocument[]): Promise<ReadonlyMap<string, Twin>> {
  const rows = await ctx.db.prisma.workflow.findMany({
    where: { workspaceId: ctx.actor.workspaceId, deletedAt: null, name: { in: documents.map(({ name }) => name) } },
    orderBy: { createdAt: 'desc' },
    select: { id: true, name: true, draft: true, draftRevision: true },
  });
  return new Map(rows.map((row) => [row.name, row]));
}

/** Whether a document is what its twin has, word for word. */
export function isSame(document: WorkflowDocument, twin: Twin): boolean {
  return canonicalJson(twin.draft) === canonicalJson(document);
}

/** Keeps one document. Nothing is made when its twin has it already. */
export async function keepDocument(
  ctx: Ctx,
  given: WorkflowDocument,
  about: { readonly sameName: 'create' | 'update'; readonly twin: Twin | undefined; readonly templateId?: string | undefined },
): Promise<{ id: string; outcome: Outcome }> {
  const { twin, templateId } = about;
  const document = await relinkCalls(ctx, given);
  const json = document as unknown as JsonValue;
  if (twin && isSame(document, twin)) return { id: twin.id, outcome: 'unchanged' };
  if (twin && about.sameName === 'update') {
    await saveDraft(ctx, { id: twin.id, document: json, expectedRevision: twin.draftRevision });
    return { id: twin.id, outcome: 'updated' };
  }
  const made = await createWorkflow(ctx, { name: document.name, document: json, ...(templateId === undefined ? {} : { templateId }) });
  return { id: made.id, outcome: 'created' };
}
