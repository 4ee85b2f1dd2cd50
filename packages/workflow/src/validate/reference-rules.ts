/** Rules of expressions: they can be read, and what they refer to can have run. Nothing is evaluated. */
import { isWeftError } from '@weft/errors';
import { compileExpression, hasExpression, parseTemplate, referencesOf } from '@weft/expression';
import type { LocatedReference } from '@weft/expression';
import type { WorkflowDocument, WorkflowNode } from '../document.ts';
import { availability, graphOf, isBehindError, loopsAround } from '../graph.ts';
import type { Graph } from '../graph.ts';
import { resolvedOf } from '../nodes/index.ts';
import { didYouMean, error, warning } from './problem.ts';
import type { Problem } from './problem.ts';

const ROOTS = ['trigger', 'steps', 'item', 'index', 'run', 'config', 'error', 'resume'];

/** JSONata's parser copies the left side of each ?: and ??, so that nested ones double its work each time. */
const MOST_DEFAULTS = 10;

/** All findings about expressions. */
export function checkReferences(document: WorkflowDocument): Problem[] {
  const graph = graphOf(document);
  const settings = [
    ...checkKey('settings.businessKey', document.settings.businessKey),
    ...checkConcurrencyKey(document.settings.concurrency?.key),
  ];
  const nodes = document.nodes.flatMap((node) =>
    resolvedOf(node).flatMap(({ path, value, isBareExpression }) =>
      checkValue({
        path: `nodes.${node.id}.${path}`,
        value: isBareExpression && typeof value === 'string' && !value.includes('{{') ? `{{${value}}}` : value,
        check: (reference, at) => checkReference({ reference, at, node, document, graph }),
      }),
    ),
  );
  return [...settings, ...nodes];
}

/** A key is made when an event is accepted: from the event alone, and with what costs next to nothing. */
function checkKey(path: string, value: string | undefined): Problem[] {
  if (value === undefined) return [];
  const problems = checkValue({ path, value, check: (reference, at) => onlyRoots(reference, at, ['trigger']) });
  if (problems.length > 0 || !isHeavy(value)) return problems;
  return [
    error(path, 'key_heavy', 'A key can be a path or a short formula only. This is more, so that no run would get a key; simplify it.'),
  ];
}

function checkConcurrencyKey(value: string | undefined): Problem[] {
  const path = 'settings.concurrency.key';
  const problems = checkKey(path, value);
  if (value === undefined || value.trim() === '' || problems.length > 0 || hasExpression(value)) return problems;
  return [
    warning(
      path,
      'key_constant',
      'This key is the same for every run, so that they all go one after the other. Insert a value of the event.',
    ),
  ];
}

function isHeavy(template: string): boolean {
  return parseTemplate(template).some((part) => part.kind === 'expression' && compileExpression(part.text).tier === 'heavy');
}

function checkValue(input: { path: string; value: unknown; check: (reference: LocatedReference, at: string) => Problem[] }): Problem[] {
  if (Array.isArray(input.value)) {
    return input.value.flatMap((member: unknown, index) => checkValue({ ...input, path: `${input.path}.${index}`, value: member }));
  }
  if (typeof input.value === 'object' && input.value !== null) {
    return Object.entries(input.value).flatMap(([key, member]) => checkValue({ ...input, path: `${input.path}.${key}`, value: member }));
  }
  if (typeof input.value !== 'string') return [];
  if ((input.value.match(/\?[:?]/g) ?? []).length > MOST_DEFAULTS) {
    return [error(input.path, 'expression_syntax', `It uses ?: and ?? more than ${MOST_DEFAULTS} times; use fewer.`)];
  }
  let references: LocatedReference[];
  try {
    references = referencesOf(input.value);
  } catch (thrown) {
    return [error(input.path, 'expression_syntax', isWeftError(thrown) ? thrown.message : String(thrown))];
  }
  // The same path used twice in one field is one finding.
  const unique = new Map(references.map((reference) => [`${reference.path.join('.')}:${reference.isAskedFor}`, reference]));
  return [...unique.values()].flatMap((reference) => input.check(reference, input.path));
}

function checkReference(about: {
  reference: LocatedReference;
  at: string;
  node: WorkflowNode;
  document: WorkflowDocument;
  graph: Graph;
}): Problem[] {
  const { reference, at, node, document, graph } = about;
  if (node.kind === 'trigger') return onlyRoots(reference, at, ['config']);
  switch (reference.root) {
    case 'steps':
      return checkStep(about);
    case 'config': {
      const key = reference.path[1];
      if (key === undefined || Object.hasOwn(document.config, key)) return [];
      return [error(at, 'unknown_config', `This workflow asks no question “${key}”.${didYouMean(key, Object.keys(document.config))}`)];
    }
    case 'item':
    case 'index':
      return loopsAround(graph, node.id).length > 0 ? [] : [error(at, 'outside_loop', `“${reference.root}” is known inside a loop only.`)];
    case 'error':
      return isBehindError(graph, node.id)
        ? []
        : [warning(at, 'no_error', '“error” is empty here: this node does not stand behind an error port.')];
    case 'resume':
      return checkResume(about);
    default:
      return onlyRoots(reference, at, ROOTS);
  }
}

/** The address at which a wait goes on, or of a question in Review: given to an operation that sends it, and to nothing else. */
function checkResume(about: { reference: LocatedReference; at: string; node: WorkflowNode; graph: Graph }): Problem[] {
  const { reference, at, node, graph } = about;
  const waiting = [...graph.nodes.values()].filter((other) => other.kind === 'review' || (other.kind === 'wait' && other.mode === 'event'));
  if (node.kind !== 'connector')
    return [error(at, 'resume_elsewhere', 'The address of a wait is a secret: only an operation that sends it may hold it.')];
  const id = reference.nodeId;
  const known = waiting.map((other) => other.id);
  if (id === undefined) return [error(at, 'incomplete_reference', '“resume” needs the id of a node behind it, such as resume.delivery.')];
  const target = waiting.find((other) => other.id === id);
  if (!target)
    return [
      error(
        at,
        'unknown_reference',
        `“${id}” is no node that waits for a call back or a decision, so it has no address.${didYouMean(id, known)}`,
      ),
    ];
  if (target.parent !== undefined && !loopsAround(graph, node.id).includes(target.parent))
    return [error(at, 'across_loop', `“${id}” stands in a loop: it has an address for each item, known inside the loop only.`)];
  if (availability(graph, id, node.id) === 'never') return [];
  return [warning(at, 'resume_late', `“${id}” has ended when “${node.id}” runs; its address does nothing any more.`)];
}

function checkStep(about: { reference: LocatedReference; at: string; node: WorkflowNode; graph: Graph }): Problem[] {
  const { reference, at, node, graph } = about;
  const id = reference.nodeId;
  if (id === undefined) return [error(at, 'incomplete_reference', '“steps” needs the id of a node behind it, such as steps.company.')];
  const source = graph.nodes.get(id);
  if (!source) {
    const known = [...graph.nodes.values()].filter(({ kind }) => kind !== 'trigger').map((other) => other.id);
    return [
      error(at, 'unknown_reference', `There is no node “${id}”, so ${reference.path.join('.')} has no value.${didYouMean(id, known)}`),
    ];
  }
  if (source.kind === 'trigger')
    return [error(at, 'trigger_reference', `“${id}” is the trigger; write trigger in the place of steps.${id}.`)];
  const known = availability(graph, id, node.id);
  if (known === 'never')
    return [
      error(
        at,
        'not_run_before',
        `“${id}” has not run when “${node.id}” runs, so ${reference.path.join('.')} has no value. Connect it before this node.`,
      ),
    ];
  if (known === 'maybe' && !reference.isAskedFor)
    return [warning(at, 'may_be_empty', `“${id}” may be skipped on the way to this node; ${reference.path.join('.')} is empty then.`)];
  return [];
}

function onlyRoots(reference: LocatedReference, at: string, roots: readonly string[]): Problem[] {
  if (roots.includes(reference.root)) return [];
  return [
    error(
      at,
      'unknown_name',
      `“${reference.root}” is not known here; expressions begin with ${roots.join(', ')}.${didYouMean(reference.root, roots)}`,
    ),
  ];
}
