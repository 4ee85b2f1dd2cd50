/** Workflows that others call. */
import type { Bench, DocumentInput, FaultWorkflow } from './bench.ts';

/** Puts one that is started by calls. Its fields are texts, read as `trigger.<name>`. */
export async function putCalled(bench: Bench, document: DocumentInput & { readonly fields: readonly string[] }): Promise<FaultWorkflow> {
  const { fields, nodes, edges } = document;
  const input = { fields: fields.map((name) => ({ name, label: name, type: 'text', required: true })) };
  const workflow = await bench.put({
    nodes: [{ id: 'start', kind: 'trigger', connector: 'workflow', operation: 'called', input }, ...nodes],
    edges,
  });
  await bench.db.prisma.triggerBinding.updateMany({
    where: { workflowId: workflow.workflowId },
    data: { connector: 'workflow', operation: 'called', mode: 'call', input, hookToken: null },
  });
  return workflow;
}

/** Moves a workflow into the workspace of another, so that the one can call the other. */
export async function moveTo(
  bench: Bench,
  { workspaceId }: Pick<FaultWorkflow, 'workspaceId'>,
  workflow: FaultWorkflow,
): Promise<FaultWorkflow> {
  const { workflowId } = workflow;
  await bench.db.prisma.workflow.update({ where: { id: workflowId }, data: { workspaceId } });
  await bench.db.prisma.triggerBinding.updateMany({ where: { workflowId }, data: { workspaceId } });
  return { ...workflow, workspaceId };
}
