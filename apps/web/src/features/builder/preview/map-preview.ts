/** What a map's rows give for a sample, with a word on what was done. The rules themselves are the engine's. Pure. */
import { mapField } from '@weft/engine/mapping';
import type { AppliedRule } from '@weft/engine/mapping';
import { isWeftError } from '@weft/errors';
import type { MapField } from '@weft/workflow';

/** One row's way from its source to the value written. */
export interface RowPreview {
  /** The source value, before anything was done to it. */
  readonly before: unknown;
  /** The value written; undefined when the field is left out. */
  readonly after: unknown;
  /** What was done, for the note beside it: "cut 54 → 50", "value map". */
  readonly note?: string;
  /** The row fails the step, and why. */
  readonly failure?: string;
}

/** Applies a row's rules to its source value. `fallback` is the row's default, resolved. */
export function previewRow(field: MapField, before: unknown, fallback: unknown): RowPreview {
  try {
    const { value, applied } = mapField(field, before, fallback);
    const note = applied.map((rule) => noteOf(field, rule)).join(', ');
    return { before, after: value, ...(note === '' ? {} : { note }) };
  } catch (thrown) {
    if (!isWeftError(thrown)) throw thrown;
    return { before, after: undefined, failure: thrown.message };
  }
}

function noteOf(field: MapField, applied: AppliedRule): string {
  switch (applied.rule) {
    case 'transform':
      return field.transform ?? '';
    case 'values':
      return 'value map';
    case 'default':
      return 'default';
    case 'maxLength':
      return `cut ${applied.length} → ${applied.cutTo}`;
  }
}
