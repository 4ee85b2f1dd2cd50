import { ENTITIES, entityOf } from './entities.ts';
import type { Entity } from './entity.ts';

/** Where a path below apis/3.0 leads: an object's list, its count, a record, or a search. */
export interface Route {
  entity: Entity;
  kind: 'list' | 'count' | 'record' | 'search' | 'merge';
  parentId?: number;
  /** Member of a new record's body that names its parent, where the path does not. */
  parentMember?: string;
  id?: number;
  /** Only records with this value are behind the path. */
  only?: { field: string; value: unknown };
}

interface Pattern {
  segments: string[];
  entity: Entity;
  only?: Route['only'];
  parentMember?: string;
}

/** Second doors to an object's records: the path, whose records below which parent, or which of them. */
const DOORS: {
  path: string;
  entity: string;
  parent?: { entity: string; field: string };
  only?: Route['only'];
  parentMember?: string;
}[] = [
  { path: 'service/tickets/:id/timeentries', entity: 'timeEntry', parent: { entity: 'ticket', field: 'ticket' } },
  { path: 'project/boards', entity: 'board', only: { field: 'projectFlag', value: true } },
  { path: 'company/companyTypeAssociations', entity: 'companyTypeAssociation', parentMember: 'company' },
  { path: 'company/contactTypeAssociations', entity: 'contactTypeAssociation', parentMember: 'contact' },
];

/** Longest paths first, so that company/companies/statuses is not taken for a record. */
const PATTERNS: Pattern[] = [
  ...[...ENTITIES.values()].map((entity) => ({ segments: segmentsOf(entity.path), entity })),
  ...DOORS.map(({ path, entity: name, parent, only, parentMember }) => {
    const { parent: ownParent, ...entity } = entityOf(name);
    const behind = parent ?? (path.includes(':id') ? ownParent : undefined);
    return {
      segments: segmentsOf(path),
      entity: { ...entity, ...(behind ? { parent: behind } : {}), isReadOnly: parentMember === undefined },
      ...(only ? { only } : {}),
      ...(parentMember === undefined ? {} : { parentMember }),
    };
  }),
].toSorted((a, b) => b.segments.length - a.segments.length);

/** Finds the route of a path; undefined when the endpoint does not exist. */
export function routeOf(path: string): Route | undefined {
  const parts = path
    .split('/')
    .filter(Boolean)
    .map((part) => part.toLowerCase());
  for (const pattern of PATTERNS) {
    const parentId = matchHead(pattern.segments, parts);
    if (parentId === undefined) continue;
    const route = matchTail(pattern.entity, parts.slice(pattern.segments.length));
    if (!route) continue;
    const { only, parentMember } = pattern;
    return {
      ...route,
      ...(parentId === null ? {} : { parentId }),
      ...(only ? { only } : {}),
      ...(parentMember === undefined ? {} : { parentMember }),
    };
  }
  return undefined;
}

function segmentsOf(path: string): string[] {
  return path.toLowerCase().split('/');
}

/** The parent's id, null when the pattern has none, undefined when it does not match. */
function matchHead(segments: string[], parts: string[]): number | null | undefined {
  if (parts.length < segments.length) return undefined;
  let parentId: number | null = null;
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? '';
    if (segment === ':id') {
      if (!/^\d+$/.test(part)) return undefined;
      parentId = Number(part);
    } else if (segment !== part) {
      return undefined;
    }
  }
  return parentId;
}

function matchTail(entity: Entity, tail: string[]): Route | undefined {
  const [first, ...more] = tail;
  if (entity.name === 'company' && more.length === 1 && more[0] === 'merge' && /^\d+$/.test(first ?? ''))
    return { entity, kind: 'merge', id: Number(first) };
  if (more.length > 0) return undefined;
  if (first === undefined) return { entity, kind: 'list' };
  if (first === 'count') return { entity, kind: 'count' };
  if (first === 'search' && entity.name === 'ticket') return { entity, kind: 'search' };
  return /^\d+$/.test(first) ? { entity, kind: 'record', id: Number(first) } : undefined;
}
