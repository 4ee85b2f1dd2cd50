/** A file that somebody wants to import: one workflow, or a template with several. */
import type { Catalog } from './catalog.ts';
import type { WorkflowDocument } from './document.ts';
import { readTemplate } from './template.ts';
import type { Template } from './template.ts';
import { lineOf } from './validate/lines.ts';
import type { Problem } from './validate/problem.ts';
import { readJson } from './validate/read.ts';
import { validateWorkflow } from './validate/validate.ts';

/** A finding with the line of the file on which it stands. */
export interface FileProblem extends Problem {
  readonly line?: number;
}

/** What a file holds. Without documents it is refused, and the problems say why. */
export interface ImportFile {
  /** The workflows in it; none when it cannot be read. */
  readonly documents: readonly WorkflowDocument[];
  /** What the file says of them, when it is a template. */
  readonly template?: Template;
  readonly problems: readonly FileProblem[];
}

/** Looking a line up means reading the text again; nobody reads more findings than this. */
const MOST_LINES = 50;

/** Reads a file and says everything that is wrong with it. Nothing in it is evaluated, nobody is called. */
export function readImportFile(text: string, catalog: Catalog): ImportFile {
  const { value, problems } = readJson(text);
  if (problems.length > 0) return { documents: [], problems };
  const file = isTemplate(value) ? readBundle(value, catalog) : readSingle(value, catalog);
  return {
    ...file,
    problems: file.problems.map((problem, index) =>
      index < MOST_LINES ? { ...problem, line: lineOf(text, value, problem.path) } : problem,
    ),
  };
}

function isTemplate(value: unknown): boolean {
  const format = typeof value === 'object' && value !== null ? (value as { format?: unknown }).format : undefined;
  return typeof format === 'string' && format.startsWith('weft/template');
}

function readSingle(value: unknown, catalog: Catalog): ImportFile {
  const { document, problems } = validateWorkflow(value, catalog);
  return { documents: document ? [document] : [], problems };
}

function readBundle(value: unknown, catalog: Catalog): ImportFile {
  const { template, problems } = readTemplate(value);
  if (!template) return { documents: [], problems };
  return {
    documents: template.workflows,
    template,
    problems: template.workflows.flatMap((document, index) =>
      validateWorkflow(document, catalog).problems.map((problem) => ({ ...problem, path: `workflows.${index}.${problem.path}` })),
    ),
  };
}
