import { ENTITIES, type Entity } from './entities.ts';

/** Where a path below apis/3.0 leads: an object's list, its count, a record, or a search. */
export interface Route {
  entity: Entity;
  kind: 'list' | 'count' | 'record' | 'search';
  parentId?: number;
  id?: number;
}

interface Pattern {
  segments: string[];
  entity: Entity;
}

/** Longest paths first, so that company/companies/statuses is not taken for a record. */
const PATTERNS: Pattern[] = [...ENTITIES.values()]
  .flatMap((entity) =>
    [entity.path, ...(entity.name === 'ticketNote' ? ['service/tickets/:id/allNotes'] : [])].map((path) => ({
      segments: path.toLowerCase().split('/'),
      entity,
    })),
  )
  .toSorted((a, b) => b.segments.length - a.segments.length);

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
    if (route) return parentId === null ? route : { ...route, parentId };
  }
  return undefined;
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
  if (more.length > 0) return undefined;
  if (first === undefined) return { entity, kind: 'list' };
  if (first === 'count') return { entity, kind: 'count' };
  if (first === 'search' && entity.name === 'ticket') return { entity, kind: 'search' };
  return /^\d+$/.test(first) ? { entity, kind: 'record', id: Number(first) } : undefined;
}
