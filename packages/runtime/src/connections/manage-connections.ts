/** Making, testing, changing and removing accounts. Secrets go straight to a worker, which seals them. */
import { forgetBucket } from '@weft/db';
import { WeftError, invalid, notFound } from '@weft/errors';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import type { ConnectionCheckResult, ConnectionSaved } from '../rpc/contract.ts';
import { listConnections } from './list-connections.ts';

/** The values of a connection's form. */
export interface ConnectionForm {
  readonly connector: string;
  readonly authScheme: string;
  readonly values: Readonly<Record<string, string>>;
}

/** When the secret or certificate of an account ends: ISO 8601; null is not known, left out it stays. */
export interface AccountEnd {
  readonly expiresAt?: string | null;
}

/** Makes an account. It is kept even when its test fails, so that nothing typed is lost; the check says what is wrong. */
export async function createConnection(ctx: Ctx, input: ConnectionForm & AccountEnd & { name: string }): Promise<ConnectionSaved> {
  requireRole(ctx, 'manageConnections');
  await requireForm(ctx, input);
  await requireFreeName(ctx, input.name);
  return ctx.worker.createConnection({ workspaceId: ctx.actor.workspaceId, ...input });
}

/**
 * Changes an account's name or values. A secret that is left out or empty keeps its value; workflows need no change.
 * `onlyIfItWorks`: nothing is changed when the new values do not work.
 */
export async function updateConnection(
  ctx: Ctx,
  input: AccountEnd & { id: string; name?: string; values?: Readonly<Record<string, string>>; onlyIfItWorks?: boolean },
): Promise<ConnectionSaved> {
  requireRole(ctx, 'manageConnections');
  await requireOwn(ctx, input.id);
  if (input.name !== undefined) await requireFreeName(ctx, input.name, input.id);
  // Who saves it again may have had the vendor's limits raised: pauses and the open circuit are forgotten.
  await forgetBucket(ctx.db.pool, input.id);
  return ctx.worker.updateConnection({ workspaceId: ctx.actor.workspaceId, ...input });
}

/** Tries an account, or values that were not kept yet, with a call that needs them. */
export async function testConnection(ctx: Ctx, input: { id: string } | ConnectionForm): Promise<ConnectionCheckResult> {
  requireRole(ctx, 'useConnections');
  if ('id' in input) {
    await requireOwn(ctx, input.id);
    return ctx.worker.testConnection({ workspaceId: ctx.actor.workspaceId, id: input.id });
  }
  // Values typed into a form may name any host: only who may keep them may try them.
  requireRole(ctx, 'manageConnections');
  await requireForm(ctx, input);
  return ctx.worker.testConnection({ workspaceId: ctx.actor.workspaceId, ...input });
}

/** Removes an account that no workflow uses. */
export async function deleteConnection(ctx: Ctx, input: { id: string }): Promise<{ deleted: true }> {
  requireRole(ctx, 'manageConnections');
  const connection = (await listConnections(ctx)).find(({ id }) => id === input.id);
  if (!connection) throw notFound('connection_unknown', `There is no connection ${input.id} in this workspace.`);
  if (connection.usedBy.length > 0) {
    const names = connection.usedBy.map(({ name }) => `“${name}”`).join(', ');
    throw new WeftError({
      class: 'conflict',
      code: 'connection_used',
      message: `“${connection.name}” is used by ${names}. Choose another account there first.`,
    });
  }
  await ctx.db.prisma.connection.deleteMany({ where: { id: input.id, workspaceId: ctx.actor.workspaceId } });
  return { deleted: true };
}

/** The account, or `notFound`, which an account of another workspace is too. */
export async function requireOwn(ctx: Ctx, id: string): Promise<{ connector: string }> {
  const row = await ctx.db.prisma.connection.findFirst({ where: { id, workspaceId: ctx.actor.workspaceId }, select: { connector: true } });
  if (!row) throw notFound('connection_unknown', `There is no connection ${id} in this workspace.`);
  return row;
}

/** Throws `conflict` when another account of the workspace has the name. */
export async function requireFreeName(ctx: Ctx, name: string, except?: string): Promise<void> {
  const taken = await ctx.db.prisma.connection.findFirst({
    where: { workspaceId: ctx.actor.workspaceId, name, ...(except ? { id: { not: except } } : {}) },
    select: { id: true },
  });
  if (taken)
    throw new WeftError({
      class: 'conflict',
      code: 'name_taken',
      message: `There is a connection named “${name}” already; choose another name.`,
      issues: [{ path: 'name', message: 'Taken already.' }],
    });
}

/** Throws `invalid` when the connector or its way to connect is unknown, or fields are missing or too many. */
export async function requireForm(ctx: Ctx, form: ConnectionForm): Promise<void> {
  const connector = (await ctx.catalog()).connector(form.connector);
  if (!connector) throw invalid('connector_unknown', `The connector “${form.connector}” is not installed here.`);
  const scheme = connector.auth.find(({ id }) => id === form.authScheme);
  if (!scheme)
    throw invalid(
      'auth_unknown',
      `${connector.title} cannot be connected by “${form.authScheme}”; it can by ${connector.auth.map(({ id }) => id).join(', ') || 'nothing'}.`,
    );
  const issues = [
    ...scheme.fields
      .filter(({ name, required }) => required && !form.values[name]?.trim())
      .map(({ name, label }) => ({ path: `values.${name}`, message: `“${label}” is required.` })),
    ...Object.keys(form.values)
      .filter((name) => !scheme.fields.some((field) => field.name === name))
      .map((name) => ({ path: `values.${name}`, message: 'There is no such field.' })),
  ];
  if (issues.length > 0)
    throw new WeftError({
      class: 'invalid',
      code: 'connection_invalid',
      message: issues.map(({ path, message }) => `${path}: ${message}`).join(' '),
      issues,
    });
}
