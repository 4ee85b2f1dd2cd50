/** The document's shape by its schema, with every finding said in words and located by node id. */
import type { z } from 'zod';
import { WORKFLOW_FORMAT, workflowSchema } from '../document.ts';
import type { WorkflowDocument } from '../document.ts';
import { locate, valueAt } from './locate.ts';
import { didYouMean, error } from './problem.ts';
import type { Problem } from './problem.ts';

const NODE_KINDS = ['trigger', 'connector', 'map', 'branch', 'loop', 'stop', 'wait', 'review', 'call', 'script', 'respond'];

/** Checks format and shape. */
export function checkShape(value: unknown): { document?: WorkflowDocument; problems: Problem[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problems: [error('', 'not_a_workflow', 'A workflow is a JSON object with "format", "name", "nodes" and "edges".')] };
  }
  const format = (value as { format?: unknown }).format;
  if (format !== WORKFLOW_FORMAT) return { problems: [error('format', 'unknown_format', explainFormat(format))] };
  const parsed = workflowSchema.safeParse(value);
  if (parsed.success) return { document: parsed.data, problems: [] };
  return { problems: parsed.error.issues.flatMap((issue) => toProblems(issue, value)) };
}

function explainFormat(format: unknown): string {
  const version = typeof format === 'string' ? /^weft\/workflow@(\d+)$/.exec(format)?.[1] : undefined;
  if (version !== undefined && Number(version) > 1)
    return `The file was written by a newer Weft (${String(format)}); this one reads ${WORKFLOW_FORMAT}. Update Weft first.`;
  if (format === undefined) return `The file does not say what it is: "format" is missing and should be "${WORKFLOW_FORMAT}".`;
  return `The format ${JSON.stringify(format)} is unknown; it should be "${WORKFLOW_FORMAT}".`;
}

/** One finding of a schema in words. `root` is what was parsed. */
export function toProblems(issue: z.core.$ZodIssue, root: unknown): Problem[] {
  const path = locate(issue.path, root);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        error(path === '' ? key : `${path}.${key}`, 'unknown_member', `“${key}” is not known here; remove it.`),
      );
    case 'invalid_union': {
      const kind = valueAt(issue.path.slice(0, -1), root) as { kind?: unknown } | undefined;
      if (issue.path.at(-1) === 'kind') {
        if (kind?.kind === undefined) return [error(path, 'unknown_kind', `It does not say its kind, one of ${NODE_KINDS.join(', ')}.`)];
        return [
          error(
            path,
            'unknown_kind',
            `The kind ${JSON.stringify(kind?.kind)} is unknown; it is one of ${NODE_KINDS.join(', ')}.${didYouMean(String(kind?.kind), NODE_KINDS)}`,
          ),
        ];
      }
      return [error(path, 'wrong_shape', `${issue.message}.`)];
    }
    case 'invalid_type':
      return [
        error(
          path,
          'wrong_type',
          valueAt(issue.path, root) === undefined
            ? `It is missing; ${expected(issue.expected)} is needed.`
            : `It has to be ${expected(issue.expected)}.`,
        ),
      ];
    default:
      return [error(path, 'wrong_value', sentence(issue.message))];
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  tuple: 'a pair of numbers',
};

function expected(type: string): string {
  return TYPE_WORDS[type] ?? type;
}

function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`;
}
