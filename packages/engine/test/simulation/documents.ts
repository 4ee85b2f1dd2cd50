/** Random workflows: branches, joins, error ports, loops in loops, retries, waits, questions, calls, answers, disabled nodes, stops. */
import { workflowSchema } from '@weft/workflow';
import type { WorkflowDocument } from '@weft/workflow';
import { randomFrom } from './random.ts';
import type { Random } from './random.ts';

interface Draft {
  readonly random: Random;
  readonly nodes: Record<string, unknown>[];
  readonly edges: { from: string; fromPort?: string; to: string }[];
  count: number;
}

/** A node that others may follow, with the ports it offers. */
interface Source {
  readonly id: string;
  readonly ports: readonly (string | undefined)[];
}

/** A workflow of up to some 15 nodes; the same for the same seed. */
export function randomDocument(seed: number): WorkflowDocument {
  const draft: Draft = { random: randomFrom(seed), nodes: [], edges: [], count: 0 };
  draft.nodes.push({ id: 'start', kind: 'trigger', connector: 'manual', operation: 'started' });
  fill(draft, { first: { id: 'start', ports: [undefined] }, visible: [], size: draft.random.int(2, 7), depth: 0 });
  return workflowSchema.parse({ format: 'weft/workflow@1', name: `seed ${seed}`, nodes: draft.nodes, edges: draft.edges });
}

interface Container {
  readonly first?: Source;
  readonly parent?: string;
  /** Nodes outside whose output can be read here. */
  readonly visible: readonly string[];
  readonly size: number;
  readonly depth: number;
}

function fill(draft: Draft, container: Container): void {
  const { random } = draft;
  const sources: Source[] = container.first ? [container.first] : [];
  const readable = new Map<string, readonly string[]>(sources.map(({ id }) => [id, []]));
  for (let made = 0; made < container.size; made += 1) {
    const from = chooseSources(random, sources);
    const ancestors = [...new Set(from.flatMap(({ id }) => [...(readable.get(id) ?? []), ...(id === 'start' ? [] : [id])]))];
    const source = addNode(draft, container, [...container.visible, ...ancestors]);
    readable.set(source.id, ancestors);
    for (const { id, ports } of from) {
      const port = random.pick(ports as [string | undefined, ...(string | undefined)[]]);
      draft.edges.push({ from: id, ...(port === undefined ? {} : { fromPort: port }), to: source.id });
    }
    if (source.ports.length > 0) sources.push(source);
  }
}

function chooseSources(random: Random, sources: readonly Source[]): Source[] {
  if (sources.length === 0) return [];
  const chosen = new Set<Source>();
  // Recent nodes more often than old ones: chains as well as fans.
  for (let left = random.pick([1, 1, 1, 2, 2, 3]); left > 0; left -= 1) {
    const at = random.chance(0.6) ? sources.length - 1 : random.int(0, sources.length - 1);
    const source = sources[at];
    if (source) chosen.add(source);
  }
  return [...chosen];
}

function addNode(draft: Draft, container: Container, readable: readonly string[]): Source {
  const { random } = draft;
  draft.count += 1;
  const id = `n${draft.count}`;
  const base = {
    id,
    ...(container.parent === undefined ? {} : { parent: container.parent }),
    ...(random.chance(0.05) ? { disabled: true, standIn: { v: 5 } } : {}),
  };
  const kind = random.pick([...KINDS]);
  if (kind === 'branch') return addBranch(draft, base, readable);
  if (kind === 'loop' && container.depth < 2) return addLoop(draft, { base, container, readable });
  if (kind === 'stop' && random.chance(0.4)) {
    draft.nodes.push({ ...base, kind, outcome: random.pick(['succeeded', 'skipped', 'failed']), message: `at ${id}` });
    return { id, ports: [] };
  }
  if (kind === 'map') {
    draft.nodes.push({
      ...base,
      kind,
      fields: [
        { to: 'v', from: reference(draft, container, readable) },
        { to: 'in.why', from: '{{ error.nodeId }}' },
      ],
    });
    return { id, ports: [undefined] };
  }
  if (kind === 'respond') {
    draft.nodes.push({ ...base, kind, body: reference(draft, container, readable) });
    return { id, ports: [undefined] };
  }
  if (kind === 'wait') return addWait(draft, base);
  if (kind === 'review') return addReview(draft, base, () => reference(draft, container, readable));
  if (kind === 'call') {
    const input = { a: reference(draft, container, readable) };
    draft.nodes.push({ ...base, kind, workflowId: 'other', workflowName: 'Other', input, waits: random.chance(0.7) });
    return { id, ports: random.chance(0.6) ? [undefined, undefined, 'error'] : [undefined] };
  }
  draft.nodes.push({
    ...base,
    kind: 'connector',
    connector: 'sim',
    operation: 'act',
    input: {
      a: reference(draft, container, readable),
      b: reference(draft, container, readable),
      why: '{{ error.nodeId }}',
      ...address(draft, container),
    },
    ...retry(random),
  });
  return { id, ports: random.chance(0.6) ? [undefined, undefined, 'error'] : [undefined] };
}

const KINDS = [
  ...(['connector', 'connector', 'connector', 'connector', 'connector', 'map', 'map', 'branch', 'branch', 'loop', 'stop'] as const),
  ...(['wait', 'wait', 'review', 'call', 'respond'] as const),
] as const;

/** Short ones are waited for inside the worker, long ones in the world. */
const AMOUNTS = [0, 1, 5, 5, 90] as const;

function addWait(draft: Draft, base: { id: string }): Source {
  const { random } = draft;
  const mode = random.pick(['duration', 'time', 'event', 'event']);
  const duration = { amount: random.pick(AMOUNTS), unit: 'seconds' };
  if (mode === 'duration') draft.nodes.push({ ...base, kind: 'wait', mode, duration });
  if (mode === 'time') draft.nodes.push({ ...base, kind: 'wait', mode, time: random.pick([0, 1_000_000, 1_050_000]) });
  if (mode !== 'event') return { id: base.id, ports: [undefined] };
  const isLimited = random.chance(0.5);
  draft.nodes.push({ ...base, kind: 'wait', mode, ...(isLimited ? { timeout: duration } : {}) });
  return { id: base.id, ports: isLimited ? [undefined, 'timeout'] : [undefined] };
}

function addReview(draft: Draft, base: { id: string }, reference: () => string): Source {
  const { random } = draft;
  const isLimited = random.chance(0.5);
  draft.nodes.push({
    ...base,
    kind: 'review',
    subject: `Is ${reference()} right?`,
    ...(isLimited ? { deadline: { amount: random.pick(AMOUNTS), unit: 'seconds' } } : {}),
  });
  return { id: base.id, ports: ['approved', 'rejected', ...(isLimited ? ['expired'] : [])] };
}

/** Sometimes the address of a wait that was made before, in the same container or further out. */
function address(draft: Draft, container: Container): object {
  const { random } = draft;
  const ids = draft.nodes.flatMap((node) => {
    const hasAddress = node['kind'] === 'review' || node['mode'] === 'event';
    return hasAddress && (node['parent'] === undefined || node['parent'] === container.parent) ? [String(node['id'])] : [];
  });
  return ids.length === 0 || random.chance(0.5) ? {} : { address: `{{ resume.${random.pick(ids as [string, ...string[]])} }}` };
}

function addBranch(draft: Draft, base: { id: string }, readable: readonly string[]): Source {
  const { random } = draft;
  const what = readable.length > 0 && random.chance(0.7) ? `steps.${random.pick(readable as [string, ...string[]])}.v` : 'trigger.n';
  const cases = ['a', 'b'].slice(0, random.int(1, 2)).map((port) => ({ port, label: port, when: `${what} >= ${random.int(0, 9)}` }));
  draft.nodes.push({ ...base, kind: 'branch', cases });
  return { id: base.id, ports: [...cases.map(({ port }) => port), 'otherwise'] };
}

function addLoop(draft: Draft, at: { base: { id: string }; container: Container; readable: readonly string[] }): Source {
  const { random } = draft;
  const { id } = at.base;
  draft.nodes.push({
    ...at.base,
    kind: 'loop',
    ...(random.chance(0.4)
      ? { pages: { connector: 'sim', operation: 'list', input: { a: reference(draft, at.container, at.readable) } }, ...retry(random) }
      : { items: random.pick(['{{ trigger.list }}', '{{ trigger.list }}', '{{ trigger.none }}']) }),
    concurrency: random.int(1, 3),
    onItemError: random.pick(['stop', 'continue']),
  });
  fill(draft, { parent: id, visible: at.readable, size: random.int(1, 3), depth: at.container.depth + 1 });
  return { id, ports: random.chance(0.6) ? [undefined, undefined, 'error'] : [undefined] };
}

function reference(draft: Draft, container: Container, readable: readonly string[]): string {
  const { random } = draft;
  if (readable.length > 0 && random.chance(0.7)) return `{{ steps.${random.pick(readable as [string, ...string[]])}.v }}`;
  return container.parent !== undefined && random.chance(0.7) ? random.pick(['{{ item }}', '{{ index }}']) : '{{ trigger.n }}';
}

function retry(random: Random): object {
  if (random.chance(0.6)) return {};
  return {
    retry: {
      attempts: random.int(1, 3),
      baseMs: random.pick([10, 500, 20_000]),
      ...(random.chance(0.2) ? { on: ['invalid', 'transient'] } : {}),
    },
  };
}
