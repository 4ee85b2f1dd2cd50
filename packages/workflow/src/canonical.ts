/** One way to write a document, so that a difference in text is a difference in meaning. */
import type { WorkflowDocument } from './document.ts';

/** The document as JSON text with sorted keys and two blanks of indentation, ending in a line break. */
export function canonicalJson(document: unknown): string {
  return `${JSON.stringify(sortKeys(document), null, 2)}\n`;
}

/** Whether two documents run alike: equal but for positions and notes. */
export function behavesAlike(one: WorkflowDocument, other: WorkflowDocument): boolean {
  return canonicalJson(withoutLooks(one)) === canonicalJson(withoutLooks(other));
}

function withoutLooks(document: WorkflowDocument): unknown {
  const { layout: _layout, nodes, ...rest } = document;
  return { ...rest, nodes: nodes.map(({ notes: _notes, ...node }) => node) };
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sortKeys(member)]),
  );
}
