/** Conditions as forms and expressions give them, compiled to SOQL: rows, joined by "all" or "any", as deep as wished. */
import type { CallContext, PropertyInfo } from '@weft/connector-kit';
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

const LABELS: Readonly<Record<Condition['operator'], string>> = {
  '=': 'is',
  '!=': 'is not',
  '<': 'is less than',
  '<=': 'is at most',
  '>': 'is more than',
  '>=': 'is at least',
  contains: 'contains',
  notContains: 'does not contain',
  startsWith: 'starts with',
  endsWith: 'ends with',
  in: 'is one of (commas)',
  notIn: 'is none of (commas)',
  includes: 'includes one of (multi-select)',
  excludes: 'includes none of (multi-select)',
  isEmpty: 'is empty',
  isNotEmpty: 'has a value',
};

export const conditionsProperty = {
  name: 'conditions',
  label: 'Conditions',
  required: false,
  kind: 'rows',
  columns: [
    { name: 'field', label: 'Field', kind: 'field', placeholder: 'StageName' },
    {
      name: 'operator',
      label: 'How to compare',
      kind: 'select',
      initial: '=',
      choices: Object.entries(LABELS).map(([value, label]) => ({ value, label })),
    },
    { name: 'value', label: 'Value', kind: 'text', hiddenWhen: { column: 'operator', is: ['isEmpty', 'isNotEmpty'] } },
  ],
  help: 'Dates may be TODAY, LAST_N_DAYS:30 and the like; fields of parents are written with a dot: Account.Name. As an expression also { any: […] } and { all: […] }, as deep as wished.',
  remote: { what: 'fields', dependsOn: ['object'] },
} as const satisfies PropertyInfo;

/** A list of conditions, all of which must hold, or a tree; JSON text of either. Rows that nobody filled in are dropped. */
export const conditionsInput = z.preprocess(
  (value) => {
    const rows = typeof value === 'string' ? readText(value) : value;
    if (Array.isArray(rows)) return rows.filter((row: unknown) => !isBlank(row));
    return rows === null ? undefined : rows;
  },
  z.union([z.array(nodeSchema), nodeSchema], { error: 'must be a list of { field, operator, value }' }).optional(),
) as unknown as z.ZodOptional<z.ZodType<readonly ConditionTree[] | ConditionTree>>;

function readText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text === '' ? undefined : text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Left as text: the schema says what is expected.
    return text;
  }
}

function isBlank(row: unknown): boolean {
  if (typeof row !== 'object' || row === null || 'all' in row || 'any' in row) return false;
  const { field, value } = row as { field?: unknown; value?: unknown };
  return (field === undefined || field === null || field === '') && (value === undefined || value === null || value === '');
}

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
