import { describe, expect, it } from 'vitest';
import { makeDocument, step, trigger } from './document.fixture.ts';
import { HISTORY_LIMIT, record, redo, seal, startHistory, undo } from './history.ts';
import { loadHistory, storeHistory } from './history-storage.ts';
import type { KeyValueStore } from './history-storage.ts';

const first = makeDocument([trigger], []);
const named = (name: string) => ({ ...first, name });

function memory(limit = Infinity): KeyValueStore & { readonly items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => {
      if (value.length > limit) throw new Error('full');
      items.set(key, value);
    },
    removeItem: (key) => void items.delete(key),
  };
}

describe('undo and redo', () => {
  it('goes back and forth with the names of what was done', () => {
    const one = record(startHistory(first), { name: 'Named it A', document: named('A') });
    const two = record(one, { name: 'Named it B', document: named('B') });
    const back = undo(two);
    expect([back.present.name, back.past.at(-1)?.name, back.future[0]?.name]).toEqual(['A', 'Named it A', 'Named it B']);
    expect(undo(undo(back)).present.name).toBe('Test');
    expect(redo(back).present.name).toBe('B');
    expect(redo(two)).toBe(two);
  });

  it('merges changes with the same key until sealed, and forgets the future', () => {
    let history = startHistory(first);
    for (const name of ['A', 'Ac', 'Acme']) history = record(history, { name: 'Renamed', document: named(name), mergeKey: 'name' });
    expect(history.past).toHaveLength(1);
    history = record(seal(history), { name: 'Renamed', document: named('Acme Ltd'), mergeKey: 'name' });
    expect(history.past).toHaveLength(2);
    const changed = record(undo(history), { name: 'Other', document: named('X') });
    expect(changed.future).toEqual([]);
  });

  it('records nothing when nothing changed, and keeps a limited number', () => {
    const start = startHistory(first);
    expect(record(start, { name: 'Nothing', document: first })).toBe(start);
    let history = start;
    for (let index = 0; index < HISTORY_LIMIT + 10; index += 1)
      history = record(history, { name: String(index), document: named(String(index)) });
    expect(history.past).toHaveLength(HISTORY_LIMIT);
  });
});

describe('keeping it over a reload', () => {
  const history = record(startHistory(first), { name: 'Named it A', document: named('A') });
  const draft = { workflowId: 'w', revision: 3 };

  it('takes up unsaved changes when the server still holds the revision they were built on', () => {
    const store = memory();
    storeHistory(store, draft, history);
    const loaded = loadHistory(store, draft, first);
    expect(loaded.present.name).toBe('A');
    expect(undo(loaded).present.name).toBe('Test');
  });

  it('takes up the steps when the content is the same under a newer revision, whatever the order of keys', () => {
    const store = memory();
    storeHistory(store, draft, history);
    const same = Object.fromEntries(Object.entries(named('A')).toReversed()) as typeof first;
    expect(loadHistory(store, { ...draft, revision: 4 }, same).past).toHaveLength(1);
  });

  it('leaves them behind when somebody else changed the draft, or the text is broken', () => {
    const store = memory();
    storeHistory(store, draft, history);
    const theirs = makeDocument([trigger, step('a')], []);
    expect(loadHistory(store, { ...draft, revision: 4 }, theirs)).toEqual(startHistory(theirs));
    store.items.set('weft:history:w', '{broken');
    expect(loadHistory(store, draft, first)).toEqual(startHistory(first));
  });

  it('keeps fewer steps where there is little room', () => {
    let long = startHistory(first);
    for (let index = 0; index < 20; index += 1) long = record(long, { name: String(index), document: named(String(index)) });
    const store = memory(3000);
    storeHistory(store, draft, long);
    const loaded = loadHistory(store, draft, first);
    expect(loaded.present.name).toBe('19');
    expect(loaded.past.length).toBeGreaterThan(0);
    expect(loaded.past.length).toBeLessThan(20);
  });
});
