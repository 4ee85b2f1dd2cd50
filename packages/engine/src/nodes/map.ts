/** The map node: an object, field by field. */
import type { MapField, MapNode } from '@weft/workflow';
import type { CompiledNode } from '../compile.ts';
import { isPlainName, newMapOutput, writeField } from './map-output.ts';
import type { MapOutput } from './map-output.ts';
import { mapField } from './map-field.ts';

/** Resolves a compiled value of the node at a place such as `fields.0.from`. */
export type Resolve = (place: string) => unknown;

/** A row with what can be known of it before there is a value. */
interface Row {
  readonly field: MapField;
  readonly from: string;
  /** Place of its default, if it has one. */
  readonly otherwise: string | undefined;
  /** Its value is written as it is, by one name, unless it is missing. */
  readonly isPlain: boolean;
}

const rowsOf = new WeakMap<MapNode, readonly Row[]>();

/** Builds the node's output. A promise only if an expression needs one. Throws `invalid`, naming the field. */
export function executeMap(compiled: CompiledNode<MapNode>, resolve: Resolve): unknown {
  const rows = rowsFor(compiled.node);
  const made = newMapOutput();
  for (const [index, row] of rows.entries()) {
    const source = resolve(row.from);
    const fallback = row.otherwise === undefined ? undefined : resolve(row.otherwise);
    if (source instanceof Promise || fallback instanceof Promise) return finish({ rows, index, made, resolve, source, fallback });
    write(made, row, source, fallback);
  }
  return made.output;
}

/** The rest of the rows, from one that has to be waited for: all are asked before the first is. */
async function finish(from: {
  readonly rows: readonly Row[];
  readonly index: number;
  readonly made: MapOutput;
  readonly resolve: Resolve;
  readonly source: unknown;
  readonly fallback: unknown;
}): Promise<unknown> {
  const { rows, made, resolve } = from;
  const values = rows
    .slice(from.index)
    .map(async (row, at) =>
      at === 0
        ? Promise.all([from.source, from.fallback])
        : Promise.all([resolve(row.from), row.otherwise === undefined ? undefined : resolve(row.otherwise)]),
    );
  for (const [at, [source, fallback]] of (await Promise.all(values)).entries()) {
    const row = rows[from.index + at];
    if (row) write(made, row, source, fallback);
  }
  return made.output;
}

// Many values per row and run: what is usual is not made to go through all rules.
function write(made: MapOutput, row: Row, source: unknown, fallback: unknown): void {
  const { field } = row;
  if (row.isPlain && source !== undefined && source !== null && source !== '') {
    made.output[field.to] = source;
    return;
  }
  const { value } = mapField(field, source, fallback);
  if (value !== undefined) writeField(made, field.to, value);
}

function rowsFor(node: MapNode): readonly Row[] {
  const known = rowsOf.get(node);
  if (known) return known;
  const rows = node.fields.map((field, index) => ({
    field,
    from: `fields.${index}.from`,
    otherwise: field.default === undefined ? undefined : `fields.${index}.default`,
    isPlain:
      isPlainName(field.to) &&
      (field.transform ?? 'none') === 'none' &&
      field.values === undefined &&
      field.maxLength === undefined &&
      field.default === undefined,
  }));
  rowsOf.set(node, rows);
  return rows;
}
