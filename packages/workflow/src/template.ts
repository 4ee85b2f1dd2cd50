/** The file format of shipped templates, `weft/template@1`: workflows with what the gallery says about them. */
import { z } from 'zod';
import type { Catalog } from './catalog.ts';
import { idSchema, workflowSchema } from './document.ts';
import { error } from './validate/problem.ts';
import type { Problem } from './validate/problem.ts';
import { findHostile } from './validate/read.ts';
import { toProblems } from './validate/shape.ts';

export const TEMPLATE_FORMAT = 'weft/template@1';

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
  /** What an account has to have before it can work, such as a custom field. */
  needs: z.array(z.strictObject({ slot: idSchema, text: z.string() })).default([]),
  workflows: z.array(workflowSchema).min(1).max(10),
});

/** A template. */
export type Template = z.infer<typeof templateSchema>;

/** Reads a template from JSON: the template, or every reason why it is none, located by workflow and node. */
export function readTemplate(input: unknown): { template?: Template; problems: Problem[] } {
  const hostile = findHostile(input);
  if (hostile.length > 0) return { problems: hostile };
  const format = typeof input === 'object' && input !== null ? (input as { format?: unknown }).format : undefined;
  if (format !== TEMPLATE_FORMAT)
    return {
      problems: [
        error(
          'format',
          'unknown_format',
          `This is no template: "format" is ${JSON.stringify(format) ?? 'missing'} and should be "${TEMPLATE_FORMAT}".`,
        ),
      ],
    };
  const parsed = templateSchema.safeParse(input);
  if (parsed.success) return { template: parsed.data, problems: [] };
  return { problems: parsed.error.issues.flatMap((issue) => toProblems(issue, input)) };
}

/** Connectors that a template uses and that are not installed here. */
export function missingConnectors(template: Template, catalog: Catalog): string[] {
  const used = new Set([
    ...template.systems,
    ...template.workflows.flatMap((workflow) => [
      ...Object.values(workflow.slots).map(({ connector }) => connector),
      ...workflow.nodes.flatMap((node) => (node.kind === 'trigger' || node.kind === 'connector' ? [node.connector] : [])),
    ]),
  ]);
  return [...used].filter((id) => !catalog.connector(id));
}
