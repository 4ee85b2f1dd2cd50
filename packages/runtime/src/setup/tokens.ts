/** Bearer tokens of the REST API. Only their SHA-256 is kept: they are random, so nothing slower is needed. */
import { createHash, randomBytes } from 'node:crypto';
import { newId } from '@weft/db';
import type { Database } from '@weft/db';
import { notFound } from '@weft/errors';
import type { Actor, Ctx } from '../ctx.ts';
import { ROLES, requireRole } from '../permissions.ts';
import type { Role } from '../permissions.ts';

/** A token as lists show it. */
export interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

/** Makes a token; its text is told this once. */
export async function createToken(ctx: Ctx, input: { name: string; role: Role }): Promise<{ id: string; token: string }> {
  requireRole(ctx, 'manageTokens');
  const token = `weft_${randomBytes(32).toString('base64url')}`;
  const row = await ctx.db.prisma.apiToken.create({
    data: { id: newId(), workspaceId: ctx.actor.workspaceId, name: input.name, role: input.role, tokenHash: hashToken(token) },
  });
  return { id: row.id, token };
}

/** All tokens, newest first. */
export async function listTokens(ctx: Ctx): Promise<TokenView[]> {
  requireRole(ctx, 'manageTokens');
  const rows = await ctx.db.prisma.apiToken.findMany({ where: { workspaceId: ctx.actor.workspaceId }, orderBy: { createdAt: 'desc' } });
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    role: row.role,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }));
}

/** Ends a token at once. */
export async function revokeToken(ctx: Ctx, input: { id: string }): Promise<{ revoked: true }> {
  requireRole(ctx, 'manageTokens');
  const { count } = await ctx.db.prisma.apiToken.updateMany({
    where: { id: input.id, workspaceId: ctx.actor.workspaceId, revokedAt: null },
    data: { revokedAt: new Date(ctx.clock.now()) },
  });
  if (count === 0) throw notFound('token_unknown', `There is no live token ${input.id}.`);
  return { revoked: true };
}

/** Who a bearer token speaks for, or undefined. */
export async function actorOfToken(db: Database, token: string): Promise<Actor | undefined> {
  const row = await db.prisma.apiToken.findUnique({ where: { tokenHash: hashToken(token) } });
  const role = ROLES.find((known) => known === row?.role);
  if (!row || row.revokedAt || !role) return undefined;
  if (!row.lastUsedAt || Date.now() - row.lastUsedAt.getTime() > 60_000)
    await db.prisma.apiToken.update({ where: { id: row.id }, data: { lastUsedAt: new Date() } });
  return { workspaceId: row.workspaceId, role, name: row.name, via: 'token' };
}

/** The form in which a token is kept. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
