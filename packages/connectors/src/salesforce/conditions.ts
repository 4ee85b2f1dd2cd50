/** Conditions as forms and expressions give them, compiled to SOQL: rows, joined by "all" or "any", as deep as wished. */
import type { CallContext } from '@weft/connector-kit';
import { z } from 'zod';
import { describeFields } from './describe.ts';
import { conditionSchema, soqlCondition, type Condition, type TypeOf } from './soql.ts';

/** One row, or rows joined. */
export type ConditionTree = Condition | { readonly all: readonly ConditionTree[] } | { readonly any: readonly ConditionTree[] };

const nodeSchema: z.ZodType<ConditionTree> = z.lazy(() =>
  z.union([conditionSchema, z.strictObject({ all: z.array(nodeSchema) }), z.strictObject({ any: z.array(nodeSchema) })] as const, {
    error: 'must be { field, operator, value }, { all: […] } or { any: […] }',
  }),
) as unknown as z.ZodType<ConditionTree>;

/** A list of conditions, all of which must hold, or a tree; JSON text of either. */
export const conditionsInput = z.preprocess(
  (value) => {
    if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value === '' || value === null ? undefined : value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      // Left as text: the schema below says what is expected.
      return value;
    }
  },
  z.union([z.array(nodeSchema), nodeSchema], { error: 'must be a list of { field, operator, value }' }).optional(),
) as unknown as z.ZodOptional<z.ZodType<readonly ConditionTree[] | ConditionTree>>;

/** A tree as SOQL, without parentheses around the whole; empty when it has no rows. */
export function soqlConditions(tree: ConditionTree, typeOf: TypeOf): string {
  if ('field' in tree) return soqlCondition(tree, typeOf);
  const isAll = 'all' in tree;
  const parts = (isAll ? tree.all : tree.any)
    .map((node) => ({ node, text: soqlConditions(node, typeOf) }))
    .filter(({ text }) => text !== '');
  if (parts.length === 1) return parts[0]?.text ?? '';
  return parts.map(({ node, text }) => ('field' in node ? text : `(${text})`)).join(isAll ? ' AND ' : ' OR ');
}

/** The fields a tree names. */
export function fieldsIn(tree: ConditionTree): string[] {
  if ('field' in tree) return [tree.field];
  return ('all' in tree ? tree.all : tree.any).flatMap(fieldsIn);
}

/** The type of each of these fields, those of parents (`Account.Owner.Email`) included; undefined where the org does not tell. */
export async function typesOf(context: CallContext, object: string, fields: readonly string[]): Promise<TypeOf> {
  const types = new Map<string, string>();
  for (const field of fields) {
    const type = await typeOfPath(context, object, field.trim().split('.'));
    if (type !== undefined) types.set(field.trim().toLowerCase(), type);
  }
  return (field) => types.get(field.toLowerCase());
}

async function typeOfPath(context: CallContext, object: string, [step = '', ...rest]: readonly string[]): Promise<string | undefined> {
  const fields = await describeFields(context, object);
  const wanted = step.toLowerCase();
  if (rest.length === 0) return fields.find((field) => field.name.toLowerCase() === wanted)?.type;
  const parents = fields.find((field) => field.relationshipName?.toLowerCase() === wanted)?.referenceTo ?? [];
  for (const parent of parents) {
    const type = await typeOfPath(context, parent, rest);
    if (type !== undefined) return type;
  }
  return undefined;
}
