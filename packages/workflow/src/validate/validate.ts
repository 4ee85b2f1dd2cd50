/** Validation of a document: every finding at once, located, in words. */
import type { Catalog } from '../catalog.ts';
import type { WorkflowDocument } from '../document.ts';
import { findingsOf } from '../nodes/index.ts';
import { checkCatalog } from './catalog-rules.ts';
import { checkGraph } from './graph-rules.ts';
import type { Problem } from './problem.ts';
import { findHostile, readJson } from './read.ts';
import { checkReferences } from './reference-rules.ts';
import { checkResponses } from './respond-rules.ts';
import { checkShape } from './shape.ts';

/** What validation gives: the document when its shape is right, whatever else is wrong with it, and all findings. */
export interface Validation {
  readonly document?: WorkflowDocument;
  readonly problems: readonly Problem[];
}

/** Validates a JSON value. Evaluates nothing and calls nobody. */
export function validateWorkflow(input: unknown, catalog: Catalog): Validation {
  const hostile = findHostile(input);
  if (hostile.length > 0) return { problems: hostile };
  const { document, problems } = checkShape(input);
  if (!document) return { problems };
  return {
    document,
    problems: [
      ...checkGraph(document),
      ...checkCatalog(document, catalog),
      ...checkReferences(document),
      ...checkResponses(document),
      ...checkKinds(document),
    ],
  };
}

/** Validates JSON text; what is no JSON is reported with line and column. */
export function validateWorkflowText(text: string, catalog: Catalog): Validation {
  const { value, problems } = readJson(text);
  return problems.length > 0 ? { problems } : validateWorkflow(value, catalog);
}

/** Whether findings keep a workflow from being published. */
export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

function checkKinds(document: WorkflowDocument): Problem[] {
  return document.nodes.flatMap((node) =>
    findingsOf(node).map((finding) => ({ ...finding, path: `nodes.${node.id}.${finding.path}`, nodeId: node.id })),
  );
}
