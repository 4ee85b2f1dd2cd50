/** The workflows that a document calls: found again after an import, and checked before it is published. */
import { WeftError } from '@weft/errors';
import type { Issue } from '@weft/errors';
import type { CallNode, WorkflowDocument, WorkflowNode } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { listCallable } from './list-callable.ts';

/**
 * The document with its calls pointed at workflows of this workspace: a call of one that is not here means the one of the
 * same name, where there is exactly one. Ids differ from workspace to workspace, names are what people go by.
 */
export async function relinkCalls<Document extends Pick<WorkflowDocument, 'nodes'>>(ctx: Ctx, document: Document): Promise<Document> {
  // A document from outside may be unfinished.
  const nodes: readonly WorkflowNode[] = Array.isArray(document.nodes) ? document.nodes : [];
  const calls = nodes.filter((node): node is CallNode => isNamedCall(node));
  if (calls.length === 0) return document;
  const known = await ctx.db.prisma.workflow.findMany({
    where: { workspaceId: ctx.actor.workspaceId, deletedAt: null },
    select: { id: true, name: true },
  });
  const relinked = (node: WorkflowNode): WorkflowNode => {
    if (!isNamedCall(node) || known.some(({ id }) => id === node.workflowId)) return node;
    const named = known.filter(({ name }) => name === node.workflowName);
    return named.length === 1 && named[0] ? { ...node, workflowId: named[0].id } : node;
  };
  return { ...document, nodes: nodes.map(relinked) };
}

function isNamedCall(node: unknown): node is CallNode {
  return (
    typeof node === 'object' &&
    node !== null &&
    'kind' in node &&
    node.kind === 'call' &&
    'workflowName' in node &&
    node.workflowName !== ''
  );
}

/** Throws `invalid` when a document calls a workflow that is not there, or that is not started by calls. One that is off may be called later. */
export async function requireCallees(ctx: Ctx, document: WorkflowDocument): Promise<void> {
  const calls = document.nodes.filter((node): node is CallNode => node.kind === 'call' && node.disabled !== true);
  if (calls.length === 0) return;
  const callable = await listCallable(ctx);
  const issues = calls.flatMap((node): Issue[] =>
    callable.some(({ id }) => id === node.workflowId)
      ? []
      : [
          {
            path: `nodes.${node.id}.workflowId`,
            message: `“${node.workflowName || node.id}” calls a workflow that was deleted or is not started by calls. Choose another one.`,
          },
        ],
  );
  if (issues[0])
    throw new WeftError({ class: 'invalid', code: 'callee_unknown', message: issues.map(({ message }) => message).join(' '), issues });
}
