/** The rules of a map without the engine that runs it: a second entry, so that a browser loads these alone. */
export { mapField } from './nodes/map-field.ts';
export type { AppliedRule } from './nodes/map-field.ts';
export { newMapOutput, writeField } from './nodes/map-output.ts';
