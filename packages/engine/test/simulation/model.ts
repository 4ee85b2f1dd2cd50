/**
 * The workflow's meaning, spelled out slowly: recursive, one thing at a time, no journal, no clock. It never halts; what
 * stands behind an uncaught failure is left out. So it tells all that may happen, and all ways in which the run may end.
 */
import type { WorkflowDocument, WorkflowNode } from '@weft/workflow';
import { answerDelayOf, answerOf, calledBackWith, choiceOf, doesCalledRunFail, outputOf, pagesOf } from './effects.ts';

/** One step that may happen. `isCertain`: it must, unless the run is ended early by something else. */
export interface ModelStep {
  readonly status: 'succeeded' | 'failed' | 'skipped' | 'retrying';
  readonly port?: string;
  readonly output?: unknown;
  readonly isCertain: boolean;
}

/** A way in which the run may end early, such as `failed n3`. One that is not certain may be forestalled. */
export interface ModelEnd {
  readonly end: string;
  readonly isCertain: boolean;
}

/** All that may happen. Steps by `path#attempt`, early ends by the path of the node that brings them about. */
export interface ModelRun {
  readonly steps: ReadonlyMap<string, ModelStep>;
  readonly ends: ReadonlyMap<string, ModelEnd>;
}

interface Standing {
  readonly status: 'succeeded' | 'failed' | 'skipped' | 'blocked';
  readonly port?: string;
  readonly output?: unknown;
  readonly error?: { readonly nodeId: string };
}

interface World {
  readonly document: WorkflowDocument;
  readonly seed: number;
  readonly steps: Map<string, ModelStep>;
  readonly ends: Map<string, ModelEnd>;
}

interface Place {
  readonly parent: string | undefined;
  readonly prefix: string;
  readonly scope: Readonly<Record<string, unknown>>;
  readonly outer: ReadonlyMap<string, Standing>;
  readonly error: { readonly nodeId: string } | undefined;
}

/** Works out everything that may happen. */
export function modelRun(document: WorkflowDocument, seed: number, trigger: unknown): ModelRun {
  const world: World = { document, seed, steps: new Map(), ends: new Map() };
  const { failed } = container(world, { parent: undefined, prefix: '', scope: { trigger }, outer: new Map(), error: undefined });
  for (const id of failed) world.ends.set(id, { end: `failed ${id}`, isCertain: true });
  return world;
}

function container(world: World, place: Place): { standings: Map<string, Standing>; failed: string[] } {
  const standings = new Map<string, Standing>(place.outer);
  const members = world.document.nodes.filter((node) => node.parent === place.parent);
  const own = new Map<string, Standing>();
  const visit = (id: string): Standing => {
    const known = own.get(id);
    if (known) return known;
    const node = members.find((member) => member.id === id);
    if (!node) throw new Error(`${id} is no member`);
    const edges = world.document.edges.filter(({ to }) => to === id);
    const sources = edges.map((edge) => ({ edge, standing: visit(edge.from) }));
    for (const { edge, standing } of sources) standings.set(edge.from, standing);
    const standing = stand(world, place, { node, sources, read: (name) => visibleOutput(standings, name) });
    own.set(id, standing);
    standings.set(id, standing);
    return standing;
  };
  for (const { id } of members) visit(id);
  const failed = members.map(({ id }) => id).filter((id) => own.get(id)?.status === 'failed' && own.get(id)?.port === undefined);
  if (failed.length > 0) blur(world, place.prefix);
  return { standings: own, failed };
}

/** What runs beside an uncaught failure may be cut short. */
function blur(world: World, prefix: string): void {
  if (prefix === '') return;
  for (const [key, step] of world.steps) if (key.startsWith(prefix)) world.steps.set(key, { ...step, isCertain: false });
  for (const [path, end] of world.ends) if (path.startsWith(prefix)) world.ends.set(path, { ...end, isCertain: false });
}

function visibleOutput(standings: ReadonlyMap<string, Standing>, name: string): unknown {
  const standing = standings.get(name);
  return standing?.status === 'succeeded' ? standing.output : undefined;
}

interface Visit {
  readonly node: WorkflowNode;
  readonly sources: readonly { readonly edge: { from: string; fromPort?: string | undefined }; readonly standing: Standing }[];
  readonly read: (name: string) => unknown;
}

function stand(world: World, place: Place, visit: Visit): Standing {
  const { node, sources } = visit;
  const path = place.prefix + node.id;
  const note = (attempt: number, step: Omit<ModelStep, 'isCertain'>): void =>
    void world.steps.set(`${path}#${attempt}`, { ...step, isCertain: true });
  if (sources.some(({ standing }) => standing.status === 'blocked' || (standing.status === 'failed' && standing.port === undefined)))
    return { status: 'blocked' };
  const taken = sources.filter(({ edge, standing }) => standing.port !== undefined && standing.port === (edge.fromPort ?? 'next'));
  const isStart = sources.length === 0 && (node.kind === 'trigger' || node.parent !== undefined);
  if (!isStart && taken.length === 0) {
    note(1, { status: 'skipped' });
    return { status: 'skipped' };
  }
  const error = isStart
    ? place.error
    : taken
        .map(({ edge, standing }) => (standing.port === 'error' ? { nodeId: edge.from } : standing.error))
        .find((found) => found !== undefined);
  const done = (output: unknown, port = 'next'): Standing => {
    note(1, { status: 'succeeded', port, ...(output === undefined ? {} : { output }) });
    return { status: 'succeeded', port, output, ...(error ? { error } : {}) };
  };
  const value = (template: unknown): unknown => resolve(template, { ...place.scope, error, resume: addresses(world, place) }, visit.read);
  if (node.disabled) return done(node.standIn ?? null);
  switch (node.kind) {
    case 'trigger':
      return done(undefined);
    case 'script':
      throw new Error('The documents of the simulation hold no scripts');
    case 'map': {
      const output: Record<string, unknown> = {};
      const [main, why] = node.fields.map(({ from }) => value(from));
      if (main !== undefined) output['v'] = main;
      if (why !== undefined) output['in'] = { why };
      return done(output);
    }
    case 'respond': {
      const body = value(node.body);
      return done({ status: 200, ...(body === undefined ? {} : { body }) });
    }
    case 'branch': {
      for (const { port, label, when } of node.cases) if (holds(when, value)) return done({ port, label }, port);
      return done({ port: 'otherwise', label: 'Otherwise' }, 'otherwise');
    }
    case 'stop':
      note(1, { status: 'succeeded', output: { outcome: node.outcome, message: node.message } });
      world.ends.set(path, { end: `${node.outcome} ${node.outcome === 'failed' ? node.id : node.message}`, isCertain: true });
      return { status: 'succeeded' };
    case 'loop':
      return loop(world, place, { node, visit, error, done, note });
    case 'wait': {
      // Times differ from worker to worker, so that only the port of a wait that ran out is told.
      const limit = node.timeout === undefined ? undefined : Number(node.timeout.amount) * 1000;
      if (node.mode !== 'event') return done({ v: undefined });
      return isAnswered(world, path, limit) ? done(calledBackWith(world.seed, path)) : done({ v: undefined }, 'timeout');
    }
    case 'review': {
      const limit = node.deadline === undefined ? undefined : Number(node.deadline.amount) * 1000;
      if (!isAnswered(world, path, limit)) return done({ choice: 'expired' }, 'expired');
      const choice = choiceOf(world.seed, path);
      return done({ choice, label: choice === 'approved' ? 'Approve' : 'Reject' }, choice);
    }
    case 'call': {
      const input = given(node.input, value);
      if (!node.waits) return done({ runId: `run of ${path}` });
      if (!doesCalledRunFail(world.seed, path)) return done(outputOf(path, input));
      const port = hasErrorEdge(world, node) ? { port: 'error' } : {};
      note(1, { status: 'failed', ...port });
      return { status: 'failed', ...port };
    }
    case 'connector': {
      const input = given(node.input, value);
      for (let attempt = 1; ; attempt += 1) {
        const answer = answerOf(world.seed, path, attempt);
        if (answer.how === 'ok') {
          const output = outputOf(path, input);
          note(attempt, { status: 'succeeded', port: 'next', output });
          return { status: 'succeeded', port: 'next', output, ...(error ? { error } : {}) };
        }
        if (attempt < tries(node, answer.how === 'lost' ? 'transient' : answer.class)) note(attempt, { status: 'retrying' });
        else {
          const port = hasErrorEdge(world, node) ? { port: 'error' } : {};
          note(attempt, { status: 'failed', ...port });
          return { status: 'failed', ...port };
        }
      }
    }
  }
}

function given(input: Readonly<Record<string, unknown>>, value: (template: unknown) => unknown): Record<string, unknown> {
  const entries = Object.entries(input).map(([key, template]) => [key, value(template)] as const);
  return Object.fromEntries(entries.filter(([, it]) => it !== undefined));
}

/** Whether the answer comes before the time is over; at the same moment it is too late. */
function isAnswered(world: World, path: string, limitMs: number | undefined): boolean {
  const delay = answerDelayOf(world.seed, path, limitMs);
  return delay !== undefined && (delay < 0 || limitMs === undefined || delay < limitMs);
}

function tries(node: Pick<WorkflowNode, 'retry'>, name: string): number {
  const retried = node.retry?.on ?? ['throttled', 'transient', 'conflict'];
  if (!(retried as readonly string[]).includes(name)) return 1;
  return node.retry ? node.retry.attempts : name === 'conflict' ? 2 : 4;
}

function hasErrorEdge(world: World, node: WorkflowNode): boolean {
  return world.document.edges.some(({ from, fromPort }) => from === node.id && fromPort === 'error');
}

interface LoopVisit {
  readonly node: Extract<WorkflowNode, { kind: 'loop' }>;
  readonly visit: Visit;
  readonly error: { readonly nodeId: string } | undefined;
  readonly done: (output: unknown) => Standing;
  readonly note: (attempt: number, step: Omit<ModelStep, 'isCertain'>) => void;
}

function loop(world: World, place: Place, { node, visit, error, done, note }: LoopVisit): Standing {
  const path = place.prefix + node.id;
  // Each with the number of the page that is read before it.
  const pages = node.pages ? pagesOf(world.seed, path) : undefined;
  const list = pages ? pages.flat() : ((resolve(node.items, place.scope, visit.read) ?? []) as unknown[]);
  const outer = new Map<string, Standing>(place.outer);
  for (const { id } of world.document.nodes) {
    const output = visit.read(id);
    if (output !== undefined) outer.set(id, { status: 'succeeded', output });
  }
  const items: { index: number; ok: boolean }[] = [];
  const port = hasErrorEdge(world, node) ? { port: 'error' } : {};
  const fail = (): Standing => {
    note(1, { status: 'failed', ...port });
    return { status: 'failed', ...port };
  };
  for (const [page, entries] of (pages ?? [list]).entries()) {
    const from = items.length;
    if (pages && !isPageRead(world, { node, loop: path, page, pages })) return fail();
    for (const [at, item] of entries.entries()) {
      const index = from + at;
      const prefix = `${path}[${index}].`;
      const { failed } = container(world, { parent: node.id, prefix, scope: { ...place.scope, item, index }, outer, error });
      items.push({ index, ok: failed.length === 0 });
      if (failed.length > 0 && node.onItemError === 'stop' && node.concurrency === 1) break;
    }
    if (node.onItemError === 'stop' && items.some(({ ok }) => !ok)) {
      // What is beside the failure in its page may be cut short; pages that are done are done.
      if (node.concurrency > 1) for (let index = from; index < items.length; index += 1) blur(world, `${path}[${index}].`);
      return fail();
    }
    if (!pages) continue;
    const own = items.slice(from);
    const failed = own.filter(({ ok }) => !ok).length;
    const next = page + 1 < pages.length ? { next: page + 1 } : {};
    const output = { page, from, count: own.length, failed, items: own, ...next };
    world.steps.set(`${path}[done${page}].${node.id}#1`, { status: 'succeeded', port: 'next', output, isCertain: true });
  }
  const failures = items.filter(({ ok }) => !ok);
  const numbers = { count: items.length, succeeded: items.length - failures.length, failed: failures.length };
  return done(pages ? { ...numbers, pages: pages.length, items, failures } : { ...numbers, items });
}

/** Notes the attempts to read a page; false when none succeeds. */
function isPageRead(
  world: World,
  { node, loop, page, pages }: { node: LoopVisit['node']; loop: string; page: number; pages: readonly (readonly unknown[])[] },
): boolean {
  const path = `${loop}[page${page}].${node.id}`;
  for (let attempt = 1; ; attempt += 1) {
    const note = (step: Omit<ModelStep, 'isCertain'>): void => void world.steps.set(`${path}#${attempt}`, { ...step, isCertain: true });
    const answer = answerOf(world.seed, path, attempt);
    if (answer.how === 'ok') {
      note({ status: 'succeeded', port: 'next', output: { items: pages[page], ...(page + 1 < pages.length ? { next: page + 1 } : {}) } });
      return true;
    }
    if (attempt < tries(node, answer.how === 'lost' ? 'transient' : answer.class)) note({ status: 'retrying' });
    else {
      note({ status: 'failed', ...(hasErrorEdge(world, node) ? { port: 'error' } : {}) });
      return false;
    }
  }
}

function resolve(template: unknown, scope: Readonly<Record<string, unknown>>, read: (name: string) => unknown): unknown {
  const text = typeof template === 'string' ? /^\{\{ ([\w.]+) \}\}$/.exec(template)?.[1] : undefined;
  if (text === undefined) return template;
  const [root = '', ...rest] = text.split('.');
  const first = root === 'steps' ? read(rest.shift() ?? '') : scope[root];
  return rest.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined),
    first,
  );
}

/** The address of every wait that can be seen from a container. */
function addresses(world: World, place: Place): Record<string, string> {
  const seen = world.document.nodes.filter((node) => node.parent === undefined || node.parent === place.parent);
  return Object.fromEntries(seen.map(({ id, parent }) => [id, `address of ${parent === undefined ? '' : place.prefix}${id}`]));
}

function holds(when: string, value: (template: string) => unknown): boolean {
  const [path = '', least = ''] = when.split(' >= ');
  const left = value(`{{ ${path} }}`);
  return left !== undefined && Number(left) >= Number(least);
}
