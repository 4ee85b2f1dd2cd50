/** The file format of shipped templates, `weft/template@1`: workflows with what the gallery says about them. */
import { z } from 'zod';
import type { Catalog } from './catalog.ts';
import { idSchema, workflowSchema } from './document.ts';
import type { WorkflowDocument } from './document.ts';
import { error } from './validate/problem.ts';
import type { Problem } from './validate/problem.ts';
import { findHostile } from './validate/read.ts';
import { toProblems } from './validate/shape.ts';

export const TEMPLATE_FORMAT = 'weft/template@1';

/** A field that has to be there, as the look-up of an account's fields names it. */
const neededFieldSchema = z.strictObject({
  object: z.string(),
  name: z.string(),
  /** What administrators call it, where that differs. */
  title: z.string().optional(),
  /** As an administrator makes it, such as `Text(40)`. */
  type: z.string(),
  /** An upsert finds a record by it. */
  isExternalId: z.boolean().optional(),
  /** It works without, only less well. */
  isOptional: z.boolean().optional(),
});

const templateSchema = z.strictObject({
  format: z.literal(TEMPLATE_FORMAT),
  /** kebab-case; also the file's name. */
  id: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  name: z.string().min(1).max(200),
  /** One sentence. */
  summary: z.string().min(1).max(300),
  description: z.string().max(4000).optional(),
  category: z.string().max(60),
  /** Connectors it joins, in the order in which data flows. */
  systems: z.array(z.string()).min(1),
  /** What it writes and where, one sentence each. */
  writes: z.array(z.string()).default([]),
  /** What an account has to have before it can work: in words, and the custom fields, which are looked for at install. */
  needs: z.array(z.strictObject({ slot: idSchema, text: z.string(), fields: z.array(neededFieldSchema).default([]) })).default([]),
  /** What it does at once when it is turned on; absent when it only waits for what comes. */
  start: z.string().max(300).optional(),
  /** What one does in the demo to see it work. */
  tryIt: z.string().max(500).optional(),
  workflows: z.array(workflowSchema).min(1).max(10),
});

/** A custom field that a template needs. */
export type NeededField = z.infer<typeof neededFieldSchema>;
/** A template. */
export type Template = z.infer<typeof templateSchema>;

/** Reads a template from JSON: the template, or every reason why it is none, located by workflow and node. */
export function readTemplate(input: unknown): { template?: Template; problems: Problem[] } {
  const hostile = findHostile(input);
  if (hostile.length > 0) return { problems: hostile };
  const format = typeof input === 'object' && input !== null ? (input as { format?: unknown }).format : undefined;
  if (format !== TEMPLATE_FORMAT)
    return {
      problems: [error('format', 'unknown_format', explainFormat(format))],
    };
  const parsed = templateSchema.safeParse(input);
  if (parsed.success) return { template: parsed.data, problems: [] };
  return { problems: parsed.error.issues.flatMap((issue) => toProblems(issue, input)) };
}

function explainFormat(format: unknown): string {
  const version = typeof format === 'string' ? /^weft\/template@(\d+)$/.exec(format)?.[1] : undefined;
  if (version !== undefined && Number(version) > 1)
    return `The file was written by a newer Weft (${String(format)}); this one reads ${TEMPLATE_FORMAT}. Update Weft first.`;
  return `This is no template: "format" is ${JSON.stringify(format) ?? 'missing'} and should be "${TEMPLATE_FORMAT}".`;
}

/** A template of some workflows that are there: what the gallery would say of them is taken from themselves. */
export function makeTemplate(input: {
  readonly name: string;
  readonly summary: string;
  readonly workflows: readonly WorkflowDocument[];
  readonly writes: readonly string[];
}): Template {
  const { name, summary, workflows, writes } = input;
  const word = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 60);
  const systems = new Set(workflows.flatMap(({ slots }) => Object.values(slots).map(({ connector }) => connector)));
  const used = workflows.flatMap(({ nodes }) => nodes.flatMap((node) => ('connector' in node ? [node.connector] : [])));
  return {
    format: TEMPLATE_FORMAT,
    id: word.length < 2 ? 'exported-workflows' : word,
    name,
    summary,
    category: 'Exported',
    systems: systems.size > 0 ? [...systems] : [used[0] ?? 'manual'],
    writes: [...writes],
    needs: [],
    workflows: [...workflows],
  };
}

/** Connectors that a template uses and that are not installed here. */
export function missingConnectors(template: Template, catalog: Catalog): string[] {
  const used = new Set([
    ...template.systems,
    ...template.workflows.flatMap((workflow) => [
      ...Object.values(workflow.slots).map(({ connector }) => connector),
      ...workflow.nodes.flatMap((node) => {
        if (node.kind === 'loop') return node.pages ? [node.pages.connector] : [];
        return node.kind === 'trigger' || node.kind === 'connector' ? [node.connector] : [];
      }),
    ]),
  ]);
  return [...used].filter((id) => !catalog.connector(id));
}
