import type { Json } from '../http.ts';
import type { Quirks } from '../quirks.ts';
import { assign, type Write } from './assign.ts';
import { ENTITIES, entityOf } from './entities.ts';
import type { Entity } from './entity.ts';
import { badPatch, invalidObject, recordNotFound, type ValidationError } from './errors.ts';
import { applyPatch, parsePatch } from './patch.ts';
import { RULES } from './rules/index.ts';
import { refId, type Row, type Store } from './store.ts';
import { assignCustomFields, validate } from './validate.ts';

/** Who writes, and under which version of the model. */
export interface WriteContext {
  actor: string;
  /** Body as sent; positions in error texts are taken from it. */
  raw?: string;
  identifierMax?: number;
}

/** Create, change and delete, with every check; both the REST routes and the demo pages write through here. */
export class Records {
  readonly #store: Store;
  readonly #quirks: Quirks;

  constructor(resources: { store: Store; quirks: Quirks }) {
    this.#store = resources.store;
    this.#quirks = resources.quirks;
  }

  create(entityName: string, body: Json, context: WriteContext & { parentId?: number }): Row {
    const entity = entityOf(entityName);
    const write = this.#write(entity, this.#store.draft(entityName, context.actor), context);
    if (entity.parent && context.parentId !== undefined)
      write.row.values[entity.parent.field] = entity.parent.field.endsWith('Id') ? context.parentId : { id: context.parentId };
    assignInOrder(write, body);
    assignCustomFields(write, body['customFields'], { isReplacing: false });
    return this.#save(write, undefined, context);
  }

  patch(entityName: string, id: number, options: { operations: unknown; context: WriteContext }): Row {
    const { before, write } = this.#open(entityName, id, options.context);
    const operations = parsePatch(options.operations);
    const needsCustomFields = this.#quirks.patchNeedsCustomFields && (entityName === 'contact' || entityName === 'company');
    if (needsCustomFields && !operations.some((operation) => operation.path[0] === 'customFields'))
      throw badPatch('customFields is required.');
    // The board goes first, so that a status given by name is looked for on the new board.
    const ordered = operations.toSorted((a, b) => Number(b.path[0] === 'board') - Number(a.path[0] === 'board'));
    applyPatch(write, ordered, { isReplacingCustomFields: this.#quirks.customFieldsReplaceAll });
    return this.#save(write, before, options.context);
  }

  /** PUT: what the body leaves out goes back to its default, custom fields and communication items excepted. */
  replace(entityName: string, id: number, options: { body: Json; context: WriteContext }): Row {
    const { entity, before, write } = this.#open(entityName, id, options.context);
    const errors: ValidationError[] = [];
    if ('types' in options.body || 'typeIds' in options.body) {
      errors.push({
        code: 'InvalidField',
        message: `typeIds can only be used when creating a new ${entity.resource}`,
        resource: entity.resource,
        field: 'typeIds',
      });
    }
    if (entityName === 'contact' && 'communicationItems' in options.body) {
      errors.push({
        code: 'InvalidField',
        message: 'The communicationItems field is invalid.',
        resource: 'contact',
        field: 'communicationItems',
      });
    }
    if (errors.length > 0) throw invalidObject(entity.resource, errors);
    for (const field of Object.values(entity.fields)) {
      const isParent = entity.parent?.field === field.name;
      if (!field.isReadOnly && !isParent && field.type !== 'items' && field.type !== 'types') delete write.row.values[field.name];
    }
    assignInOrder(write, options.body);
    assignCustomFields(write, options.body['customFields'], { isReplacing: false });
    return this.#save(write, before, options.context);
  }

  remove(entityName: string, id: number, context: WriteContext): void {
    const entity = entityOf(entityName);
    const row = this.#store.get(entityName, id);
    if (!row) throw recordNotFound(entity.label, id);
    RULES[entityName]?.beforeDelete?.(this.#write(entity, row, context));
    removeWithChildren(this.#store, { entity: entityName, id, actor: context.actor });
  }

  #open(entityName: string, id: number, context: WriteContext) {
    const entity = entityOf(entityName);
    const before = this.#store.get(entityName, id);
    if (!before) throw recordNotFound(entity.label, id);
    return { entity, before, write: this.#write(entity, structuredClone(before), context) };
  }

  #write(entity: Entity, row: Row, context: WriteContext): Write {
    return { store: this.#store, entity, row, errors: [], writeOnly: {}, raw: context.raw ?? '' };
  }

  #save(write: Write, before: Row | undefined, context: WriteContext): Row {
    const { entity } = write;
    const rule = RULES[entity.name];
    validate(write, { identifierMax: context.identifierMax ?? 30 });
    rule?.beforeSave?.(write, { before, actor: context.actor });
    if (write.errors.length > 0) throw invalidObject(entity.resource, write.errors);
    const isNew = before === undefined;
    // Consequences may still complete the row (a company's site), so the news goes out after them.
    if (isNew) write.row.id = this.#store.nextId(entity.idsOf ?? entity.name);
    rule?.afterSave?.(write, { before, actor: context.actor });
    return this.#store.commit(entity.name, write.row, { actor: context.actor, skipCallback: write.writeOnly['skipCallback'] === true });
  }
}

/** Deletes a record and everything that is listed below it and nowhere else: its notes, sites, additions, payments. */
export function removeWithChildren(store: Store, given: { entity: string; id: number; actor: string }): void {
  for (const child of ENTITIES.values()) {
    const { parent } = child;
    if (parent?.entity !== given.entity || child.isReadOnly) continue;
    for (const row of store.filter(child.name, ({ values }) => (refId(values[parent.field]) ?? values[parent.field]) === given.id))
      removeWithChildren(store, { entity: child.name, id: row.id, actor: given.actor });
  }
  store.remove(given.entity, given.id, given.actor);
}

/** References that others depend on (board before status, company before site) are read first. */
function assignInOrder(write: Write, body: Json): void {
  const first: Json = {};
  const rest: Json = {};
  for (const [name, value] of Object.entries(body)) (['board', 'company'].includes(name.toLowerCase()) ? first : rest)[name] = value;
  assign(write, first);
  assign(write, rest);
}
