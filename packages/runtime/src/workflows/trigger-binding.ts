/** The row that makes a workflow listen: made when it is switched on, pointed at each new version, taken away when it is switched off. */
import { randomBytes } from 'node:crypto';
import { newId } from '@weft/db';
import { WeftError, invalid } from '@weft/errors';
import { compileValue } from '@weft/expression';
import { findOperation } from '@weft/workflow';
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

/**
 * Makes a published workflow listen. What its trigger saw before is kept only while it watches the same thing, so that a
 * new version misses nothing and a workflow that was off begins from now.
 */
export async function listen(ctx: Ctx, input: BindingInput): Promise<void> {
  const trigger = input.document.nodes.find((node): node is TriggerNode => node.kind === 'trigger');
  if (!trigger) throw invalid('no_trigger', 'Nothing starts this workflow; add a trigger.');
  const operation = findOperation(await ctx.catalog(), trigger.connector, trigger.operation);
  if (!operation?.trigger) throw invalid('unknown_operation', `The trigger “${trigger.operation}” of “${trigger.connector}” is not installed here.`);
  const { mode } = operation.trigger;
  const wanted = {
    nodeId: trigger.id,
    connector: trigger.connector,
    operation: trigger.operation,
    mode,
    connectionId: trigger.slot === undefined ? null : (input.bindings[trigger.slot] ?? null),
    input: toDatabaseJson(await resolveInput(trigger, input)),
  };
  const known = await ctx.db.prisma.triggerBinding.findFirst({ where: { workflowId: input.workflowId, enabled: true } });
  if (known && isSame(known, wanted)) {
    await ctx.db.prisma.triggerBinding.update({ where: { id: known.id }, data: { versionId: input.versionId } });
    return;
  }
  const hookToken = known?.hookToken ?? (await lastToken(ctx, input.workflowId));
  if (known) await switchOff(ctx, input.workflowId);
  await ctx.db.prisma.triggerBinding.deleteMany({ where: { workflowId: input.workflowId } });
  await ctx.db.prisma.triggerBinding.create({
    data: {
      ...wanted,
      id: newId(),
      workspaceId: ctx.actor.workspaceId,
      workflowId: input.workflowId,
      versionId: input.versionId,
      // 128 bits nobody can guess; kept over switching off and on, so that the address others were given stays.
      hookToken: mode === 'webhook' || mode === 'push' ? (hookToken ?? randomBytes(16).toString('base64url')) : null,
      nextDueAt: new Date(ctx.clock.now()),
    },
  });
  await wake(ctx);
}

/** Makes a workflow stop listening. A vendor that posts to us is told, as far as it answers. */
export async function switchOff(ctx: Ctx, workflowId: string): Promise<void> {
  const known = await ctx.db.prisma.triggerBinding.findFirst({ where: { workflowId, enabled: true } });
  if (!known) return;
  await ctx.db.prisma.triggerBinding.update({ where: { id: known.id }, data: { enabled: false, nextDueAt: null } });
  if (known.mode !== 'push') return;
  await ctx.worker.deactivateTrigger({ bindingId: known.id }).catch((error: unknown) => {
    ctx.log.warn('A trigger could not be deregistered at its vendor; its deliveries are refused from now on', { bindingId: known.id, error });
  });
}

function isSame(known: { connector: string; operation: string; connectionId: string | null; input: unknown; nodeId: string }, wanted: { connector: string; operation: string; connectionId: string | null; input: unknown; nodeId: string }): boolean {
  const facts = (it: typeof known): string => JSON.stringify([it.nodeId, it.connector, it.operation, it.connectionId, sorted(it.input)]);
  return facts(known) === facts(wanted);
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
}

async function lastToken(ctx: Ctx, workflowId: string): Promise<string | null> {
  return (await ctx.db.prisma.triggerBinding.findFirst({ where: { workflowId, NOT: { hookToken: null } } }))?.hookToken ?? null;
}

/** A trigger is set up before there is an event: its input may use the answers to the workflow's questions, nothing else. */
async function resolveInput(trigger: TriggerNode, input: BindingInput): Promise<unknown> {
  const answers = Object.fromEntries(Object.entries(input.document.config).map(([key, entry]) => [key, input.config[key] ?? entry.default ?? null]));
  return compileValue(trigger.input).resolve({ config: answers }, (expression) => {
    throw new WeftError({ class: 'invalid', code: 'expression_failed', message: `The trigger uses {{ ${expression} }}, which is more than a trigger's input may hold. Use a plain path or a simple formula.` });
  });
}

/** The workers would notice within a second by themselves. */
async function wake(ctx: Ctx): Promise<void> {
  await ctx.worker.wakeTriggers().catch((error: unknown) => ctx.log.debug('No worker could be woken', { error }));
}
