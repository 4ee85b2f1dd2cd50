/** What the builder asks of a connected account. A worker does the asking. */
import type { Choice, ChoicePage, RecordField } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import type { ChoicesRequest, ExamplesRequest, FieldValuesRequest, FieldsRequest, ObjectsRequest } from '../rpc/contract.ts';
import { requireOwn } from './manage-connections.ts';

/** Values that a property can have, a page of them. */
export async function lookupChoices(ctx: Ctx, input: Omit<ChoicesRequest, 'workspaceId'>): Promise<ChoicePage> {
  await authorise(ctx, input.connectionId);
  return ctx.worker.choices({ workspaceId: ctx.actor.workspaceId, ...input });
}

/** Values that a field of a record can have, such as the records it may point to; a page of them. */
export async function lookupFieldValues(ctx: Ctx, input: Omit<FieldValuesRequest, 'workspaceId'>): Promise<ChoicePage> {
  await authorise(ctx, input.connectionId);
  return ctx.worker.fieldValues({ workspaceId: ctx.actor.workspaceId, ...input });
}

/** Fields of a vendor's object in this account. */
export async function lookupFields(ctx: Ctx, input: Omit<FieldsRequest, 'workspaceId'>): Promise<readonly RecordField[]> {
  await authorise(ctx, input.connectionId);
  return ctx.worker.fields({ workspaceId: ctx.actor.workspaceId, ...input });
}

/** Objects of this account that can be mapped to. */
export async function lookupObjects(ctx: Ctx, input: Omit<ObjectsRequest, 'workspaceId'>): Promise<readonly Choice[]> {
  await authorise(ctx, input.connectionId);
  return ctx.worker.objects({ workspaceId: ctx.actor.workspaceId, ...input });
}

/** A few real events of a trigger, newest first. */
export async function triggerExamples(ctx: Ctx, input: Omit<ExamplesRequest, 'workspaceId'>): Promise<readonly unknown[]> {
  await authorise(ctx, input.connectionId);
  return ctx.worker.examples({ workspaceId: ctx.actor.workspaceId, ...input });
}

/** About how many runs begin at once when a trigger is switched on for the first time; null when it cannot tell. */
export async function triggerBacklog(ctx: Ctx, input: Omit<ExamplesRequest, 'workspaceId'>): Promise<number | null> {
  await authorise(ctx, input.connectionId);
  return ctx.worker.backlog({ workspaceId: ctx.actor.workspaceId, ...input });
}

async function authorise(ctx: Ctx, connectionId: string | undefined): Promise<void> {
  requireRole(ctx, 'useConnections');
  if (connectionId !== undefined) await requireOwn(ctx, connectionId);
}
