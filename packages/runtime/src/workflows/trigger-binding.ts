/** The row that makes a workflow listen: made when it is switched on, pointed at each new version, taken away when it is switched off. */
import { randomBytes } from 'node:crypto';
import { newId } from '@weft/db';
import type { PrismaClient } from '@weft/db';
import { WeftError, invalid, notFound, toWeftError } from '@weft/errors';
import { compileValue } from '@weft/expression';
import { canonicalJson, findOperation } from '@weft/workflow';
import type { TriggerNode, WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { toDatabaseJson } from './database-json.ts';

/** What a binding is made from. */
interface BindingInput {
  readonly workflowId: string;
  readonly versionId: string;
  readonly document: WorkflowDocument;
  readonly config: Readonly<Record<string, unknown>>;
  readonly bindings: Readonly<Record<string, string>>;
}

/** What the writes of a change run on: the client, or one transaction of it. */
export type Transaction = Pick<PrismaClient, 'triggerBinding' | 'workflow' | 'workflowVersion' | '$queryRaw'>;

/** Holds a workflow's row until the transaction ends, so that publishing and switching it on and off come one after the other. */
export async function lockWorkflow(
  tx: Transaction,
  id: string,
): Promise<{ readonly enabled: boolean; readonly publishedVersion: number | null }> {
  const [row] = await tx.$queryRaw<{ enabled: boolean; publishedVersion: number | null }[]>`
    SELECT enabled, published_version AS "publishedVersion" FROM workflow WHERE id = ${id}::uuid AND deleted_at IS NULL FOR UPDATE`;
  if (!row) throw notFound('workflow_unknown', 'This workflow was deleted meanwhile.');
  return row;
}

/**
 * Prepares a published workflow to listen; what it answers does so inside the caller's transaction. What the trigger saw
 * before is kept only while it watches the same thing, so that a new version misses nothing and a workflow that was off
 * begins from now.
 */
export async function prepareListening(ctx: Ctx, input: BindingInput): Promise<(tx: Transaction) => Promise<void>> {
  const wanted = await wantedBinding(ctx, input);
  const before = await findListening(ctx.db.prisma, input.workflowId);
  // A vendor has to forget the old address before the row that knows its registration goes; no transaction waits for a vendor.
  if (before?.mode === 'push' && !isSame(before, wanted)) {
    await ctx.db.prisma.triggerBinding.update({ where: { id: before.id }, data: { enabled: false, nextDueAt: null } });
    await deregister(ctx, before.id);
  }
  return async (tx) => {
    const known = await findListening(tx, input.workflowId);
    if (known && isSame(known, wanted)) {
      // A turn under way would still fire the version before: it keeps nothing, and the next one begins at once. What a vendor is
      // being told of an address does not depend on the version, and must not be forgotten.
      const takenBack = known.mode === 'push' || known.versionId === input.versionId ? {} : { fence: { increment: 1 }, leaseUntil: null };
      await tx.triggerBinding.update({ where: { id: known.id }, data: { versionId: input.versionId, ...takenBack } });
      return;
    }
    // Kept over switching off and on, so that the address others were given stays.
    const last = await tx.triggerBinding.findFirst({
      where: { workflowId: input.workflowId, NOT: { hookToken: null } },
      select: { hookToken: true },
    });
    const takesHooks = wanted.mode === 'webhook' || wanted.mode === 'push';
    await tx.triggerBinding.deleteMany({ where: { workflowId: input.workflowId } });
    // Triggers are due by the database's clock; ours may be an hour ahead.
    const [present] = await tx.$queryRaw<{ now: Date }[]>`SELECT now()`;
    await tx.triggerBinding.create({
      data: {
        ...wanted,
        id: newId(),
        workspaceId: ctx.actor.workspaceId,
        workflowId: input.workflowId,
        versionId: input.versionId,
        // 128 bits nobody can guess.
        hookToken: takesHooks ? (last?.hookToken ?? randomBytes(16).toString('base64url')) : null,
        nextDueAt: present?.now ?? new Date(ctx.clock.now()),
      },
    });
  };
}

/** Makes a workflow stop listening, together with the change of its row. A vendor that posts to us is told, as far as it answers. */
export async function switchOff(ctx: Ctx, workflowId: string, deletedAt?: Date): Promise<void> {
  const known = await ctx.db.prisma.$transaction(async (tx) => {
    await lockWorkflow(tx, workflowId);
    const listening = await findListening(tx, workflowId);
    await tx.triggerBinding.updateMany({ where: { workflowId }, data: { enabled: false, nextDueAt: null } });
    await tx.workflow.update({ where: { id: workflowId }, data: { enabled: false, ...(deletedAt ? { deletedAt } : {}) } });
    return listening;
  });
  if (known?.mode === 'push') await deregister(ctx, known.id);
}

/** Tells the workers that a trigger may be due. They would notice within a second by themselves. */
export async function wakeTriggers(ctx: Ctx): Promise<void> {
  await ctx.worker.wakeTriggers().catch((error: unknown) => ctx.log.debug('No worker could be woken', { error }));
}

async function wantedBinding(ctx: Ctx, input: BindingInput) {
  const trigger = input.document.nodes.find((node): node is TriggerNode => node.kind === 'trigger');
  if (!trigger) throw invalid('no_trigger', 'Nothing starts this workflow; add a trigger.');
  const operation = findOperation(await ctx.catalog(), trigger.connector, trigger.operation);
  if (!operation?.trigger)
    throw invalid('unknown_operation', `The trigger “${trigger.operation}” of “${trigger.connector}” is not installed here.`);
  const resolved = await resolveInput(trigger, input);
  if (operation.trigger.mode === 'schedule') await requireTimes(ctx, trigger, resolved);
  return {
    nodeId: trigger.id,
    connector: trigger.connector,
    operation: trigger.operation,
    mode: operation.trigger.mode,
    connectionId: trigger.slot === undefined ? null : (input.bindings[trigger.slot] ?? null),
    input: toDatabaseJson(resolved),
  };
}

/** A schedule that cannot be read or never comes is refused while somebody is looking. */
async function requireTimes(ctx: Ctx, { connector, operation, id }: TriggerNode, input: unknown): Promise<void> {
  const request = { workspaceId: ctx.actor.workspaceId, connector, operation, input: input as Record<string, unknown> };
  const times = await ctx.worker.examples(request).catch((thrown: unknown) => {
    if (toWeftError(thrown).class === 'invalid') throw thrown;
    return undefined; // no worker answers at the moment: whichever takes the trigger's turn will tell
  });
  if (times?.length === 0)
    throw invalid('schedule_never', `The schedule “${id}” never comes: there is no such time. Change its cron expression.`);
}

function findListening(tx: Transaction, workflowId: string) {
  return tx.triggerBinding.findFirst({ where: { workflowId, enabled: true } });
}

async function deregister(ctx: Ctx, bindingId: string): Promise<void> {
  await ctx.worker.deactivateTrigger({ bindingId }).catch((error: unknown) => {
    ctx.log.warn('A trigger could not be deregistered at its vendor; its deliveries are refused from now on', { bindingId, error });
  });
}

/** What a trigger watches. */
interface Watched {
  readonly nodeId: string;
  readonly connector: string;
  readonly operation: string;
  readonly connectionId: string | null;
  readonly input: unknown;
}

function isSame(known: Watched, wanted: Watched): boolean {
  // PostgreSQL keeps the members of objects in an order of its own.
  const facts = (it: Watched): string => canonicalJson([it.nodeId, it.connector, it.operation, it.connectionId, it.input]);
  return facts(known) === facts(wanted);
}

/** A trigger is set up before there is an event: its input may use the answers to the workflow's questions, nothing else. */
async function resolveInput(trigger: TriggerNode, input: BindingInput): Promise<unknown> {
  const answers = Object.fromEntries(
    Object.entries(input.document.config).map(([key, entry]) => [key, input.config[key] ?? entry.default ?? null]),
  );
  return compileValue(trigger.input).resolve({ config: answers }, (expression) => {
    throw new WeftError({
      class: 'invalid',
      code: 'expression_failed',
      message: `The trigger uses {{ ${expression} }}, which is more than a trigger's input may hold. Use a plain path or a simple formula.`,
    });
  });
}
