/** The map node: an object, field by field. */
import type { MapField, MapNode } from '@weft/workflow';
import type { CompiledNode } from '../compile.ts';
import { newMapOutput, writeField } from './map-output.ts';
import { mapField } from './map-field.ts';

/** Resolves a compiled value of the node at a place such as `fields.0.from`. */
export type Resolve = (place: string) => unknown;

/** Builds the node's output. A promise only if an expression needs one. Throws `invalid`, naming the field. */
export function executeMap(compiled: CompiledNode<MapNode>, resolve: Resolve): unknown {
  const { fields } = compiled.node;
  const sources = fields.map((_, index) => resolve(`fields.${index}.from`));
  const defaults = fields.map((field, index) => (field.default === undefined ? undefined : resolve(`fields.${index}.default`)));
  if (![...sources, ...defaults].some((value) => value instanceof Promise)) return assemble(fields, sources, defaults);
  return Promise.all([Promise.all(sources), Promise.all(defaults)]).then(([from, otherwise]) => assemble(fields, from, otherwise));
}

function assemble(fields: readonly MapField[], sources: readonly unknown[], defaults: readonly unknown[]): Record<string, unknown> {
  const made = newMapOutput();
  for (const [index, field] of fields.entries()) {
    const { value } = mapField(field, sources[index], defaults[index]);
    if (value !== undefined) writeField(made, field.to, value);
  }
  return made.output;
}
