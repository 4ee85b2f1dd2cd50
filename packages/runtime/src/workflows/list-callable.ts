import { callFieldsOf, isCalledTrigger } from '@weft/workflow';
import type { CallField, TriggerNode, WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';

/** A workflow that a call node may name. */
export interface CallableWorkflow {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly publishedVersion: number | null;
  /** As its published version declares them; of one that was never published, as its draft does. */
  readonly fields: readonly CallField[];
}

/** The workflows of the workspace whose trigger starts them when another workflow calls, by name. */
export async function listCallable(ctx: Ctx): Promise<CallableWorkflow[]> {
  requireRole(ctx, 'read');
  const { rows } = await ctx.db.pool.query<{
    id: string;
    name: string;
    enabled: boolean;
    published_version: number | null;
    document: WorkflowDocument | null;
  }>(
    `SELECT w.id, w.name, w.enabled, w.published_version, coalesce(v.document, w.draft) AS document FROM workflow w
     LEFT JOIN workflow_version v ON v.workflow_id = w.id AND v.number = w.published_version
     WHERE w.workspace_id = $1 AND w.deleted_at IS NULL ORDER BY lower(w.name), w.id`,
    [ctx.actor.workspaceId],
  );
  return rows.flatMap(({ id, name, enabled, published_version: publishedVersion, document }) => {
    // An unfinished draft may be any JSON.
    const trigger = Array.isArray(document?.nodes)
      ? document.nodes.find((node): node is TriggerNode => typeof node === 'object' && node !== null && node.kind === 'trigger')
      : undefined;
    if (!trigger || !isCalledTrigger(trigger)) return [];
    return [{ id, name, enabled, publishedVersion, fields: callFieldsOf({ ...trigger, input: trigger.input ?? {} }) ?? [] }];
  });
}
