/** Decides how an expression's pill looks: where its value comes from and whether that is still there. Pure. */
import { titleOf } from '@weft/workflow';
import type { Catalog, WorkflowDocument } from '@weft/workflow';
import { fieldName, pathParts, sourceNode } from '../data/describe-path.ts';
import type { PathParts } from '../data/describe-path.ts';
import type { PillFace } from './pill-view.ts';

export interface FaceContext {
  readonly document: WorkflowDocument;
  readonly catalog: Catalog;
  /** Ids of nodes that come before on every path. Others may be empty. */
  readonly certain: ReadonlySet<string>;
  /** Ids of nodes that come before on some path. */
  readonly earlier: ReadonlySet<string>;
}

/** The face of one hole. */
export function pillFace(expression: string, context: FaceContext): PillFace {
  const parts = pathParts(expression);
  if (parts === undefined) return functionFace(expression);
  switch (parts.root) {
    case 'config':
      return {
        tone: 'config',
        source: '',
        field: context.document.config[parts.keys[0] ?? '']?.title ?? parts.keys.join('.'),
        title: expression,
      };
    case 'resume': {
      const waiting = context.document.nodes.find((node) => node.id === parts.keys[0]);
      const tone = waiting === undefined ? 'gone' : 'data';
      return {
        tone,
        source: 'Address',
        field: waiting === undefined ? (parts.keys[0] ?? '') : titleOf(waiting, context.catalog),
        title: expression,
      };
    }
    case 'trigger':
    case 'steps':
      return nodeFace(expression, parts, context);
    default:
      return {
        tone: 'data',
        source: parts.keys.length > 0 ? capital(parts.root) : '',
        field: fieldName(parts.keys) || capital(parts.root),
        title: expression,
      };
  }
}

function nodeFace(expression: string, parts: PathParts, context: FaceContext): PillFace {
  const node = sourceNode(context.document, parts);
  if (node === undefined)
    return {
      tone: 'gone',
      source: parts.nodeId ?? 'trigger',
      field: fieldName(parts.keys),
      title: `${expression}: there is no such node any more`,
    };
  const connector = node.kind === 'trigger' || node.kind === 'connector' ? context.catalog.connector(node.connector) : undefined;
  const isLater = node.kind !== 'trigger' && !context.earlier.has(node.id);
  const tone = isLater ? 'gone' : node.kind === 'trigger' || context.certain.has(node.id) ? 'data' : 'maybe';
  const title = isLater
    ? `${expression}: this node does not run before`
    : tone === 'maybe'
      ? `${expression}: may be empty on this path`
      : expression;
  return {
    tone,
    source: shortName(titleOf(node, context.catalog)),
    field: fieldName(parts.keys) || 'all',
    title,
    ...(connector === undefined ? {} : { tile: connector.icon }),
  };
}

/** `$round(trigger.amount)` as `$round amount`. */
function functionFace(expression: string): PillFace {
  const call = /^\$(\w+)\(([\s\S]*)\)$/.exec(expression);
  const inner = call?.[2] === undefined ? undefined : pathParts(call[2].split(',')[0] ?? '');
  if (call?.[1] !== undefined && inner !== undefined)
    return { tone: 'function', source: `$${call[1]}`, field: fieldName(inner.keys), title: expression };
  return { tone: 'function', source: '', field: expression.length > 44 ? `${expression.slice(0, 43)}…` : expression, title: expression };
}

/** A title without its verb, so that pills stay short: "Get account" → "Account". */
export function shortName(title: string): string {
  const short = title
    .replace(/^(Get|Find or create|Find|Create|Update|Look up|Search|Map|Read|List)\s+(an?\s+|the\s+)?/i, '')
    .replace(/\s+is\s+\w+$/i, '');
  return capital(short.length > 22 ? `${short.slice(0, 21)}…` : short);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
