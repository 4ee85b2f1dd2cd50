import type { Entity } from './entity.ts';
import type { Row, Store } from './store.ts';

/** Definitions that belong to an object's screen, in order. */
export function definitionsOf(store: Store, entity: Entity): Row[] {
  if (!entity.customFieldPod) return [];
  return store.filter('userDefinedField', (row) => row.values['_object'] === entity.name);
}

/** The customFields array of a record: every definition, unset ones with value null. */
export function customFieldsOf(store: Store, entity: Entity, row: Row): Record<string, unknown>[] {
  return definitionsOf(store, entity).map((definition, index) => ({
    id: definition.id,
    caption: definition.values['caption'],
    type: definition.values['fieldTypeIdentifier'],
    entryMethod: definition.values['entryTypeIdentifier'],
    numberOfDecimals: definition.values['numberDecimals'] ?? 0,
    value: row.custom[String(definition.id)] ?? null,
    connectWiseId: definition.values['_connectWiseId'],
    rowNum: index + 1,
    userDefinedFieldRecId: definition.id,
    podId: entity.customFieldPod,
  }));
}

/** A custom field's value by caption, as the demo pages and the seed use it. */
export function customValue(store: Store, options: { entity: Entity; row: Row; caption: string }): unknown {
  const found = definitionsOf(store, options.entity).find((row) => row.values['caption'] === options.caption);
  return found ? options.row.custom[String(found.id)] : undefined;
}
