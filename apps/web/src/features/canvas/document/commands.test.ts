import type { WorkflowNode } from '@weft/workflow';
import { describe, expect, it } from 'vitest';
import { addNode, freeId } from './add-node.ts';
import { copyNodes, pasteNodes, readClipboard } from './clipboard.ts';
import { branch, edgesOf, makeDocument, step, trigger } from './document.fixture.ts';
import { dropPort, moveNodes, slotFor, updateNode, withOptional } from './edit-node.ts';
import { deleteNodes } from './remove-nodes.ts';
import { connect, disconnect, replug, whyNot } from './wiring.ts';

const chain = makeDocument([trigger, step('a'), step('b')], ['start>a', 'a>b'], { start: [0, 0], a: [0, 88], b: [0, 176] });
const stop = { id: 'end', kind: 'stop', outcome: 'succeeded', message: '' } as const satisfies WorkflowNode;
const made = (id: string): WorkflowNode => ({ id, kind: 'map', fields: [] });

describe('adding', () => {
  it('splices into an edge and makes room below', () => {
    const next = addNode(chain, made('m'), { at: 'edge', edge: 'a|next|b' });
    expect(edgesOf(next)).toEqual(['a>m', 'm>b', 'start>a']);
    expect(next.layout['m']).toEqual([0, 176]);
    expect(next.layout['b']).toEqual([0, 264]);
  });

  it('puts a loop, which is wider and higher, in line with what it hangs on', () => {
    const loop = { id: 'each', kind: 'loop', items: '', concurrency: 1, onItemError: 'stop' } as const satisfies WorkflowNode;
    expect(addNode(chain, loop, { at: 'port', from: 'b', fromPort: 'next' }).layout['each']).toEqual([-20, 264]);
    const spliced = addNode(chain, loop, { at: 'edge', edge: 'a|next|b' });
    expect([spliced.layout['each'], spliced.layout['b']]).toEqual([
      [-20, 176],
      [0, 364],
    ]);
  });

  it('keeps the port of the edge it splices, and goes on by a branch’s first case', () => {
    const forked = makeDocument([trigger, branch, step('a')], ['start>fork', 'fork:no>a'], { fork: [0, 88], a: [0, 300] });
    expect(edgesOf(addNode(forked, { ...branch, id: 'second', cases: [...branch.cases] }, { at: 'edge', edge: 'fork|no|a' }))).toContain(
      'second:yes>a',
    );
    expect(edgesOf(addNode(forked, made('m'), { at: 'edge', edge: 'fork|no|a' }))).toContain('fork:no>m');
  });

  it('refuses to put an end into the middle', () => {
    expect(addNode(chain, stop, { at: 'edge', edge: 'a|next|b' })).toBe(chain);
  });

  it('stands beside what hangs on the same port already', () => {
    const next = addNode(chain, made('m'), { at: 'port', from: 'a', fromPort: 'next' });
    expect(edgesOf(next)).toContain('a>m');
    expect(next.layout['m']?.[0]).toBeGreaterThan(228);
  });

  it('puts a node into a loop with its place inside the frame', () => {
    const looped = makeDocument([trigger, { id: 'each', kind: 'loop', items: '' }], ['start>each'], { start: [0, 0], each: [100, 100] });
    const next = addNode(looped, made('m'), { at: 'canvas', point: { x: 180, y: 200 }, parent: 'each' });
    expect(next.nodes.at(-1)?.parent).toBe('each');
    expect(next.layout['m']).toEqual([80, 100]);
  });

  it('replaces the trigger and keeps what follows it', () => {
    const next = addNode(chain, { ...trigger, id: 'other', input: {} }, { at: 'canvas', point: { x: 500, y: 500 } });
    expect(next.nodes.filter((node) => node.kind === 'trigger').map((node) => node.id)).toEqual(['other']);
    expect(edgesOf(next)).toContain('other>a');
    expect(next.layout['other']).toEqual([0, 0]);
  });

  it('finds free ids and slots', () => {
    expect(freeId(chain, 'a')).toBe('a2');
    expect(slotFor(chain, { id: 'crm', title: 'CRM' }).slot).toBe('crm');
    const added = slotFor(chain, { id: 'help-desk', title: 'Help desk' });
    expect(added.document.slots[added.slot]).toEqual({ connector: 'help-desk', title: 'Help desk' });
    expect(added.slot).toBe('helpDesk');
  });
});

describe('wiring', () => {
  const looped = makeDocument(
    [trigger, step('a'), { id: 'each', kind: 'loop', items: '' }, step('in', { parent: 'each' }), { id: 'end', kind: 'stop' }],
    ['start>a', 'a>each'],
  );

  it.each([
    ['a circle', chain, { from: 'b', fromPort: 'next', to: 'a' }, /circle/],
    ['itself', chain, { from: 'a', fromPort: 'next', to: 'a' }, /itself/],
    ['the trigger', chain, { from: 'b', fromPort: 'next', to: 'start' }, /trigger/],
    ['twice', chain, { from: 'a', fromPort: 'next', to: 'b' }, /already/],
    ['into a loop', looped, { from: 'a', fromPort: 'next', to: 'in' }, /frame/],
    ['out of a loop', looped, { from: 'in', fromPort: 'next', to: 'end' }, /frame/],
    ['a loop to its body', looped, { from: 'each', fromPort: 'next', to: 'in' }, /body by itself/],
    ['after an end', looped, { from: 'end', fromPort: 'next', to: 'each' }, /no such way/],
  ])('says why not: %s', (_, document, connection, reason) => {
    expect(whyNot(document, connection)).toMatch(reason);
    expect(connect(document, connection)).toBe(document);
  });

  it('draws, moves and removes edges', () => {
    const wired = connect(chain, { from: 'a', fromPort: 'error', to: 'b' });
    expect(edgesOf(wired)).toEqual(['a:error>b', 'a>b', 'start>a']);
    expect(edgesOf(replug(chain, 'a|next|b', { from: 'start', fromPort: 'next', to: 'b' }))).toEqual(['start>a', 'start>b']);
    // The edge that is moved does not stand in its own way.
    expect(whyNot(chain, { from: 'b', fromPort: 'next', to: 'a' }, 'a|next|b')).toBeUndefined();
    expect(edgesOf(disconnect(wired, ['a|error|b']))).toEqual(['a>b', 'start>a']);
  });
});

describe('removing', () => {
  it('heals the wire, also over several nodes', () => {
    expect(edgesOf(deleteNodes(chain, ['a']))).toEqual(['start>b']);
    const long = makeDocument([trigger, step('a'), step('b'), step('c')], ['start>a', 'a>b', 'b>c']);
    expect(edgesOf(deleteNodes(long, ['a', 'b']))).toEqual(['start>c']);
  });

  it('drops error edges of what is removed, and keeps the port of what leads in', () => {
    const document = makeDocument([trigger, branch, step('a'), step('b'), step('c')], ['start>fork', 'fork:yes>a', 'a>b', 'a:error>c']);
    expect(edgesOf(deleteNodes(document, ['a']))).toEqual(['fork:yes>b', 'start>fork']);
  });

  it('leaves the way open behind a branch whose cases differ', () => {
    const document = makeDocument([trigger, branch, step('a'), step('b')], ['start>fork', 'fork:yes>a', 'fork:no>b']);
    expect(edgesOf(deleteNodes(document, ['fork']))).toEqual([]);
    const agreeing = makeDocument([trigger, branch, step('a')], ['start>fork', 'fork:yes>a', 'fork:no>a']);
    expect(edgesOf(deleteNodes(agreeing, ['fork']))).toEqual(['start>a']);
  });

  it('takes a loop’s body along, and slots that nobody uses any more', () => {
    const document = makeDocument([{ id: 'each', kind: 'loop', items: '' }, step('in', { parent: 'each' })], []);
    const next = deleteNodes(document, ['each']);
    expect(next.nodes).toEqual([]);
    expect(next.slots).toEqual({});
  });
});

describe('editing', () => {
  it('sets and clears optional keys, moves nodes, keeps bodies inside their frame', () => {
    const titled = updateNode(chain, 'a', (node) => withOptional(node, 'title', 'Read'));
    expect(titled.nodes[1]?.title).toBe('Read');
    expect(updateNode(titled, 'a', (node) => withOptional(node, 'title', undefined)).nodes[1]).not.toHaveProperty('title');
    const looped = makeDocument([{ id: 'each', kind: 'loop', items: '' }, step('in', { parent: 'each' })], [], { in: [20, 56] });
    expect(moveNodes(looped, new Map([['in', { x: -50, y: 3 }]])).layout['in']).toEqual([20, 56]);
    const forked = makeDocument([trigger, branch, step('a')], ['start>fork', 'fork:yes>a']);
    expect(edgesOf(dropPort(forked, 'fork', 'yes'))).toEqual(['start>fork']);
  });
});

describe('copying', () => {
  const source = makeDocument(
    [trigger, step('a'), step('b', { input: { id: '{{ steps.a.record.Id }}', name: '{{ trigger.record.Name }}' } })],
    ['start>a', 'a>b'],
    { a: [0, 88], b: [0, 176] },
  );

  it('leaves the trigger behind and survives the way through text', () => {
    const copied = copyNodes(source, ['start', 'a', 'b']);
    expect(copied.nodes.map((node) => node.id)).toEqual(['a', 'b']);
    expect(readClipboard(JSON.stringify(copied))).toEqual(copied);
    expect(readClipboard('{"format":"other"}')).toBeUndefined();
    expect(readClipboard('not json')).toBeUndefined();
  });

  it('gives copies free ids and lets their references follow', () => {
    const pasted = pasteNodes(source, copyNodes(source, ['a', 'b']), { offset: [40, 40] });
    expect(pasted.ids).toEqual(['a2', 'b2']);
    const copy = pasted.document.nodes.find((node) => node.id === 'b2');
    expect(copy).toMatchObject({ input: { id: '{{ steps.a2.record.Id }}', name: '{{ trigger.record.Name }}' } });
    expect(edgesOf(pasted.document)).toContain('a2>b2');
    expect(pasted.document.layout['b2']).toEqual([40, 216]);
    expect(source.nodes.find((node) => node.id === 'b')).toMatchObject({ input: { id: '{{ steps.a.record.Id }}' } });
  });

  it('keeps references to what was not copied', () => {
    const pasted = pasteNodes(source, copyNodes(source, ['b']), { offset: [0, 0] });
    expect(pasted.document.nodes.find((node) => node.id === 'b2')).toMatchObject({ input: { id: '{{ steps.a.record.Id }}' } });
  });

  it('uses a slot of the same connector in the target, or brings its own', () => {
    const target = { ...makeDocument([], []), slots: { sales: { connector: 'crm' } } };
    expect(pasteNodes(target, copyNodes(source, ['a']), { offset: [0, 0] }).document.nodes[0]).toMatchObject({ slot: 'sales' });
    const foreign = { ...makeDocument([], []), slots: { crm: { connector: 'other' } } };
    const pasted = pasteNodes(foreign, copyNodes(source, ['a']), { offset: [0, 0] });
    expect(pasted.document.nodes[0]).toMatchObject({ slot: 'crm2' });
    expect(pasted.document.slots).toEqual({ crm: { connector: 'other' }, crm2: { connector: 'crm' } });
  });
});
