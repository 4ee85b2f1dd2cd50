import { WeftError } from '@weft/errors';
import { readImportFile } from '@weft/workflow';
import type { FileProblem, ImportFile, Template, WorkflowDocument } from '@weft/workflow';
import type { Ctx } from '../ctx.ts';
import { requireRole } from '../permissions.ts';
import { isSame, keepDocument, twinsOf } from './keep-document.ts';
import type { Outcome, Twin } from './keep-document.ts';

/** A file as the import shows it, before anything is made. */
export interface ImportPreview {
  readonly template: Pick<Template, 'id' | 'name' | 'summary' | 'writes' | 'needs'> | null;
  readonly workflows: readonly PreviewedWorkflow[];
  readonly problems: readonly FileProblem[];
}

/** One workflow of a file, and what would become of it. */
export interface PreviewedWorkflow {
  readonly document: WorkflowDocument;
  /** `new`, `changed` when one of its name is there and differs, or `same`, word for word. */
  readonly state: 'new' | 'changed' | 'same';
}

/** What became of one workflow of a file. */
export interface ImportedWorkflow {
  readonly id: string;
  readonly name: string;
  readonly outcome: Outcome;
}

/** Looks at a file without keeping anything of it. */
export async function previewImport(ctx: Ctx, input: { readonly text: string }): Promise<ImportPreview> {
  requireRole(ctx, 'read');
  const { documents, template, problems } = readImportFile(input.text, await ctx.catalog());
  const twins = await twinsOf(ctx, documents);
  return {
    template: template ? pickFacts(template) : null,
    workflows: documents.map((document) => ({ document, state: stateOf(document, twins.get(document.name)) })),
    problems,
  };
}

/**
 * Makes the workflows of a file, one or several. They are drafts, bound to nothing but what is unmistakable, and switched off.
 * A file whose shape is wrong makes nothing. One that is there already, word for word, is not made again; with
 * `sameName: 'update'` the draft of the workflow of that name is replaced, and what is published of it goes on as it is.
 */
export async function importFile(
  ctx: Ctx,
  input: { readonly text: string; readonly sameName?: 'create' | 'update' },
): Promise<{ readonly workflows: readonly ImportedWorkflow[]; readonly problems: readonly FileProblem[] }> {
  requireRole(ctx, 'import');
  const file = readImportFile(input.text, await ctx.catalog());
  if (file.documents.length === 0) throw refused(file);
  requireDifferentNames(file.documents);
  const twins = await twinsOf(ctx, file.documents);
  const workflows: ImportedWorkflow[] = [];
  for (const document of file.documents) {
    const kept = await keepDocument(ctx, document, {
      sameName: input.sameName ?? 'create',
      twin: twins.get(document.name),
      templateId: file.template?.id,
    });
    workflows.push({ ...kept, name: document.name });
  }
  return { workflows, problems: file.problems };
}

function stateOf(document: WorkflowDocument, twin: Twin | undefined): PreviewedWorkflow['state'] {
  if (!twin) return 'new';
  return isSame(document, twin) ? 'same' : 'changed';
}

function pickFacts({ id, name, summary, writes, needs }: Template): NonNullable<ImportPreview['template']> {
  return { id, name, summary, writes, needs };
}

/** Two of one name could not be told apart when the file is imported again. */
function requireDifferentNames(documents: readonly WorkflowDocument[]): void {
  const names = documents.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new WeftError({
    class: 'invalid',
    code: 'import_invalid',
    message: `Two workflows of this file are called “${twice}”. Give each its own name.`,
    issues: [
      { path: `workflows.${names.lastIndexOf(twice)}.name`, message: `“${twice}” is the name of another workflow of this file, too.` },
    ],
  });
}

function refused({ problems }: ImportFile): WeftError {
  const [first] = problems;
  const place = [first?.line === undefined ? '' : `line ${first.line}`, first?.path].filter(Boolean).join(', ');
  return new WeftError({
    class: 'invalid',
    code: 'import_invalid',
    message: `This is no file that Weft can read${place === '' ? '' : ` (${place})`}: ${first?.message ?? 'it holds no workflow.'}`,
    issues: problems.map(({ path, message, line }) => ({ path, message: line === undefined ? message : `line ${line}: ${message}` })),
  });
}
