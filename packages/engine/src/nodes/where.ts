/** Says in which field of a node an expression failed, in the words that the node's panel uses. */
import { WeftError, isWeftError } from '@weft/errors';
import type { WorkflowNode } from '@weft/workflow';

/**
 * The same error, its message beginning with the field. `place`: where the node holds the value, such as
 * `fields.0.from` or `input`. Errors that are not of an expression stay as they are.
 */
export function withField(thrown: unknown, node: WorkflowNode, place: string): unknown {
  if (!isWeftError(thrown) || (thrown.code !== 'expression_failed' && thrown.code !== 'expression_syntax')) return thrown;
  const detail = thrown.detail as { readonly at?: readonly (string | number)[] };
  const field = fieldOf(node, place, detail.at ?? []);
  return new WeftError({
    class: thrown.class,
    code: thrown.code,
    message: `${field}: ${thrown.message}`,
    detail: { ...detail, field },
    cause: thrown,
  });
}

function fieldOf(node: WorkflowNode, place: string, at: readonly (string | number)[]): string {
  const [part, index, which] = place.split('.');
  if (node.kind === 'review' && part === 'facts') return [node.facts[Number(index)]?.label ?? place, ...at].join('.');
  if (node.kind === 'map' && part === 'fields') {
    const name = node.fields[Number(index)]?.to ?? place;
    return [which === 'default' ? `${name} (default)` : name, ...at].join('.');
  }
  if (node.kind === 'branch' && part === 'cases') return `Case “${node.cases[Number(index)]?.label ?? ''}”`;
  return part === 'input' && at.length > 0 ? at.join('.') : [place, ...at].join('.');
}
