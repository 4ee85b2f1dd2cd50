import type { Write } from '../assign.ts';
import { refId, type Row, type Store } from '../store.ts';
import type { Rule } from './rule.ts';

type Typed = 'company' | 'contact';

/** Types of a company or contact, given at its creation, as associations of their own. */
export function associateTypes({ store, row }: Write, kind: Typed, actor: string): void {
  for (const type of typesOf(row)) {
    const association = store.draft(`${kind}TypeAssociation`, actor);
    association.values = { type, [kind]: { id: row.id } };
    store.commit(`${kind}TypeAssociation`, association, { actor, isSilent: true });
  }
}

/** Type association: what is added or taken away shows in the `types` of its company or contact. */
export function typeAssociationRule(kind: Typed): Rule {
  return {
    afterSave({ store, row }, { actor }) {
      const typeId = refId(row.values['type']);
      if (typeId !== undefined) setTypes(store, { kind, row, actor, change: (ids) => [...ids.filter((id) => id !== typeId), typeId] });
    },
    beforeDelete({ store, row }) {
      const typeId = refId(row.values['type']);
      setTypes(store, { kind, row, actor: row.info.updatedBy, change: (ids) => ids.filter((id) => id !== typeId) });
    },
  };
}

function setTypes(store: Store, given: { kind: Typed; row: Row; actor: string; change: (ids: number[]) => number[] }): void {
  const owner = store.get(given.kind, refId(given.row.values[given.kind]) ?? -1);
  if (!owner) return;
  const ids = typesOf(owner).map(({ id }) => id);
  const types = given.change(ids).map((id) => ({ id }));
  store.commit(given.kind, { ...owner, values: { ...owner.values, types } }, { actor: given.actor });
}

function typesOf(row: Row): { id: number }[] {
  return (row.values['types'] as { id: number }[] | undefined) ?? [];
}
