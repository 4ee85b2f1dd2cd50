/**
 * Who may do what: one table from permission to the least role that has it.
 */
import { WeftError } from '@weft/errors';

/** Each role may all that the roles before it may. */
export const ROLES = ['viewer', 'operator', 'builder', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Permission → least role. */
export const PERMISSIONS = {
  read: 'viewer',
  run: 'operator',
  cancel: 'operator',
  decide: 'operator',
  enable: 'operator',
  edit: 'builder',
  publish: 'builder',
  import: 'builder',
  install: 'builder',
  useConnections: 'builder',
  manageConnections: 'admin',
  managePeople: 'admin',
  manageTokens: 'admin',
} as const satisfies Record<string, Role>;
export type Permission = keyof typeof PERMISSIONS;

/** Whether a role has a permission. */
export function mayRole(role: Role, permission: Permission): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(PERMISSIONS[permission]);
}

/** Refuses an actor without the permission. Throws `auth`, code `forbidden`. */
export function requireRole(ctx: { readonly actor: { readonly role: Role } }, permission: Permission): void {
  if (mayRole(ctx.actor.role, permission)) return;
  throw new WeftError({
    class: 'auth',
    code: 'forbidden',
    message: `This needs the role "${PERMISSIONS[permission]}"; yours is "${ctx.actor.role}". Ask an admin of the workspace.`,
  });
}
