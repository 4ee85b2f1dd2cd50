/** Evaluates expressions away from the page, so that one that runs for ever can be ended. */
import { newMapOutput, writeField } from '@weft/engine/mapping';
import { toStoredError } from '@weft/errors';
import { compileExpression, compileValue, evaluateGuarded } from '@weft/expression';
import type { JsonValue, WorkflowDocument, WorkflowNode } from '@weft/workflow';
import { previewRow } from './map-preview.ts';
import type { PreviewAnswer, PreviewFailure, PreviewReady, PreviewRequest, SampleScope } from './protocol.ts';

let scope: SampleScope = { trigger: undefined, steps: {}, config: {}, run: {}, items: {} };
/** One after the other: the page's clock watches the oldest request. */
let queue: Promise<void> = Promise.resolve();

self.addEventListener('message', (event: MessageEvent<PreviewRequest>) => {
  queue = queue.then(() => handle(event.data));
});
self.postMessage({ isUp: true } satisfies PreviewReady);

async function handle(request: PreviewRequest): Promise<void> {
  if (request.kind === 'scope') {
    scope = request.scope;
    return;
  }
  const answer = (result: PreviewAnswer['result']) => self.postMessage({ id: request.id, result } satisfies PreviewAnswer);
  try {
    answer({ ok: true, value: await evaluate(request) });
  } catch (thrown) {
    answer(failure(thrown));
  }
}

function evaluate(request: Exclude<PreviewRequest, { kind: 'scope' }>): unknown {
  switch (request.kind) {
    case 'value':
      return resolve(request.value, names(scope, request.loop));
    case 'expression':
      return compileExpression(request.text).evaluate(names(scope, request.loop));
    case 'derive':
      return derive(request.document, request.scope);
  }
}

function names(sample: SampleScope, loop: string | undefined): Record<string, unknown> {
  const inLoop = loop === undefined ? {} : { item: sample.items[loop], index: 0 };
  return { trigger: sample.trigger, steps: sample.steps, ...inLoop, config: sample.config, run: sample.run, resume: sample.resume };
}

function resolve(value: JsonValue, given: Record<string, unknown>): unknown {
  return compileValue(value).resolve(given, (expression, inner) => evaluateGuarded(expression, inner));
}

/** Works out maps, branches and loops in the order in which they run. */
async function derive(document: WorkflowDocument, given: SampleScope): Promise<SampleScope> {
  const steps: Record<string, unknown> = { ...given.steps };
  const items: Record<string, unknown> = { ...given.items };
  for (const node of inOrder(document)) {
    const current: SampleScope = { ...given, steps, items };
    // A node whose sample cannot be worked out has none; its own panel says why.
    await deriveNode(node, current, { steps, items }).catch(() => undefined);
  }
  return { ...given, steps, items };
}

async function deriveNode(
  node: WorkflowNode,
  sample: SampleScope,
  out: { steps: Record<string, unknown>; items: Record<string, unknown> },
): Promise<void> {
  const given = names(sample, node.parent);
  if (node.kind === 'loop' && node.pages)
    out.steps[node.id] ??= { count: 1, succeeded: 1, failed: 0, pages: 1, items: [{ index: 0, ok: true }], failures: [] };
  else if (node.kind === 'loop' && node.items !== undefined) {
    const list = await resolve(node.items, given);
    if (Array.isArray(list)) {
      out.items[node.id] = list[0];
      out.steps[node.id] ??= {
        count: list.length,
        succeeded: list.length,
        failed: 0,
        items: list.slice(0, 3).map((_, index) => ({ index, ok: true })),
      };
    }
  }
  if (out.steps[node.id] !== undefined) return;
  if (node.kind === 'map') {
    const made = newMapOutput();
    for (const field of node.fields) {
      const fallback = field.default === undefined ? undefined : await Promise.resolve(resolve(field.default, given));
      const row = previewRow(field, await Promise.resolve(resolve(field.from, given)), fallback);
      if (row.after !== undefined) writeField(made, field.to, row.after);
    }
    out.steps[node.id] = made.output;
  }
  if (node.kind === 'branch') out.steps[node.id] = { port: node.cases[0]?.port, label: node.cases[0]?.label };
}

/** Nodes such that each stands behind those it follows, a loop before its body. */
function inOrder(document: WorkflowDocument): WorkflowNode[] {
  const done = new Set<string>();
  const order: WorkflowNode[] = [];
  const byId = new Map(document.nodes.map((node) => [node.id, node]));
  const visit = (node: WorkflowNode) => {
    if (done.has(node.id)) return;
    done.add(node.id);
    const parent = node.parent === undefined ? undefined : byId.get(node.parent);
    if (parent !== undefined) visit(parent);
    for (const edge of document.edges) {
      const before = edge.to === node.id ? byId.get(edge.from) : undefined;
      if (before !== undefined) visit(before);
    }
    order.push(node);
  };
  for (const node of document.nodes) visit(node);
  return order;
}

function failure(thrown: unknown): PreviewFailure {
  const error = toStoredError(thrown);
  const detail = error.detail as { position?: number; reason?: string } | undefined;
  const message = detail?.reason === undefined ? error.message : capital(detail.reason);
  return { ok: false, message, ...(detail?.position === undefined ? {} : { position: detail.position }) };
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
