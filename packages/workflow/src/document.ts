/**
 * The workflow document, `weft/workflow@1`: the JSON that is drawn on the canvas, stored as draft and
 * version, exported, imported and compiled by the engine.
 *
 * Plain data: stable ids, no secrets, no account of anybody, no position needed to run. Strings in `input`,
 * `fields` and conditions may hold `{{ expression }}`; a string that is exactly one expression keeps the type
 * of its value.
 */
import { z } from 'zod';

/** The format this build reads and writes. */
export const WORKFLOW_FORMAT = 'weft/workflow@1';

/** Ids of nodes, slots and config entries: camelCase, so that they read well in `steps.<id>`. */
export const idSchema = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]{0,49}$/, 'must be camelCase: a lower-case letter, then letters and digits, 50 at most');

/** Any JSON value. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export const jsonSchema: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>;

/** How often and how a failed step is tried again. */
export const retrySchema = z.strictObject({
  /** Tries in all, the first included. 1 means no retry. */
  attempts: z.int().min(1).max(20).default(4),
  /** Wait before the second try, milliseconds; doubles with each further try, with full jitter. */
  baseMs: z.int().min(0).max(3_600_000).default(1000),
  /** Longest wait between two tries, milliseconds. */
  capMs: z.int().min(0).max(86_400_000).default(300_000),
  /** Classes that are tried again; absent means the default of the error table. */
  on: z.array(z.enum(['throttled', 'transient', 'conflict', 'invalid', 'auth', 'notFound'])).optional(),
});

const base = {
  id: idSchema,
  /** What people read on the canvas; absent means a title made from kind and operation. */
  title: z.string().max(120).optional(),
  notes: z.string().max(4000).optional(),
  /** Id of the loop node whose body this node belongs to. */
  parent: idSchema.optional(),
  /** A disabled node does nothing and gives `standIn` as its output. */
  disabled: z.boolean().optional(),
  standIn: jsonSchema.optional(),
  retry: retrySchema.optional(),
  /** Longest time for one attempt, milliseconds. */
  timeoutMs: z.int().min(1).max(3_600_000).optional(),
};

/** Starts a run. Exactly one in a workflow. Its output is `trigger`. */
export const triggerNodeSchema = z.strictObject({
  ...base,
  kind: z.literal('trigger'),
  connector: z.string(),
  operation: z.string(),
  slot: idSchema.optional(),
  input: z.record(z.string(), jsonSchema).default({}),
  /** A payload a person kept for tests. */
  sample: jsonSchema.optional(),
});

/** Calls one operation of a connector. Its output is the operation's output. */
export const connectorNodeSchema = z.strictObject({
  ...base,
  kind: z.literal('connector'),
  connector: z.string(),
  operation: z.string(),
  slot: idSchema.optional(),
  input: z.record(z.string(), jsonSchema).default({}),
  sample: jsonSchema.optional(),
});

/** One row of a mapping: `to ← from`. */
export const mapFieldSchema = z.strictObject({
  /** Path in the output, such as `name` or `status.name`. */
  to: z.string().regex(/^[A-Za-z_][\w]*(\.[A-Za-z_][\w]*)*$/, 'must be a path such as name or status.name'),
  /** A JSON value whose strings may be template strings. */
  from: jsonSchema,
  /** Value map: text of the source value → value written. */
  values: z.record(z.string(), jsonSchema).optional(),
  /** Used when `values` has no entry for the source value. */
  otherwise: jsonSchema.optional(),
  /** Used when the source is null or missing. */
  default: jsonSchema.optional(),
  /** What to do when the result is null: leave the field out (default), write null, or fail the step. */
  whenNull: z.enum(['omit', 'null', 'fail']).optional(),
  /** Cut text to this many characters, at a word boundary where one is near. */
  maxLength: z.int().min(1).optional(),
  transform: z.enum(['none', 'trim', 'upper', 'lower', 'digits', 'domain', 'date']).optional(),
});

/** Builds one object. Its output is that object. */
export const mapNodeSchema = z.strictObject({
  ...base,
  kind: z.literal('map'),
  /** Where the object will be written: lets the mapper show that object's real fields. */
  target: z.strictObject({ slot: idSchema, object: z.string() }).optional(),
  fields: z.array(mapFieldSchema).default([]),
});

/** One way out of a branch. `port` names the edge's `fromPort`. */
export const branchCaseSchema = z.strictObject({
  port: idSchema,
  label: z.string().max(60),
  /** Expression text (with or without braces); the first case whose value is true is taken. */
  when: z.string(),
});

/** Takes the first case that holds, else the port `otherwise`. Its output is `{ port, label }`. */
export const branchNodeSchema = z.strictObject({ ...base, kind: z.literal('branch'), cases: z.array(branchCaseSchema).min(1).max(20) });

/**
 * Runs its body (the nodes whose `parent` is this node) once per item. Inside: `item`, `index`.
 * Its output is `{ count, succeeded, failed, items: [{ index, ok, output?, error? }] }`, where an item's
 * output is the output of the body's last node.
 */
export const loopNodeSchema = z.strictObject({
  ...base,
  kind: z.literal('loop'),
  /** Template string that gives the list. */
  items: jsonSchema,
  /** Items worked on at once. */
  concurrency: z.int().min(1).max(50).default(1),
  onItemError: z.enum(['stop', 'continue']).default('stop'),
});

/** Ends the run at once: done, skipped with a reason, or failed with a message. */
export const stopNodeSchema = z.strictObject({
  ...base,
  kind: z.literal('stop'),
  outcome: z.enum(['succeeded', 'skipped', 'failed']).default('succeeded'),
  /** Reason shown in the run list; a template string. */
  message: z.string().max(1000).default(''),
});

export const nodeSchema = z.discriminatedUnion('kind', [
  triggerNodeSchema,
  connectorNodeSchema,
  mapNodeSchema,
  branchNodeSchema,
  loopNodeSchema,
  stopNodeSchema,
]);

/**
 * From a node's output port to a node. `fromPort` is absent for `next`; else `error`, a branch case's port,
 * `otherwise`. Inside a loop the body's first nodes are those without an incoming edge.
 */
export const edgeSchema = z.strictObject({ from: idSchema, fromPort: z.string().optional(), to: idSchema });

/**
 * Where the values of an answer come from: the choices of a property of an operation, those of a field of an object (a
 * picklist), or a list that every Weft has. With `many` the answer is several of them with commas between.
 */
export const choicesFromSchema = z.union(
  [
    z.strictObject({ slot: idSchema, operation: z.string(), property: z.string(), many: z.boolean().optional() }),
    z.strictObject({ slot: idSchema, object: z.string(), field: z.string(), many: z.boolean().optional() }),
    z.strictObject({ list: z.enum(['timeZones']) }),
  ],
  { error: 'It has to name a slot with operation and property, a slot with object and field, or a list' },
);

/** A question asked at install and per environment; read as `config.<key>`. */
export const configEntrySchema = z.strictObject({
  title: z.string(),
  description: z.string().optional(),
  type: z.enum(['string', 'number', 'boolean']).default('string'),
  default: jsonSchema.optional(),
  required: z.boolean().optional(),
  /** Lets the form offer values, most of them the account's own. */
  choicesFrom: choicesFromSchema.optional(),
});

export const workflowSchema = z.strictObject({
  format: z.literal(WORKFLOW_FORMAT),
  name: z.string().min(1).max(200),
  description: z.string().max(4000).optional(),
  config: z.record(idSchema, configEntrySchema).default({}),
  /** The accounts a workflow needs; bound to connections at install. */
  slots: z.record(idSchema, z.strictObject({ connector: z.string(), title: z.string().optional() })).default({}),
  nodes: z.array(nodeSchema).max(2000).default([]),
  edges: z.array(edgeSchema).max(10_000).default([]),
  settings: z
    .strictObject({
      concurrency: z.strictObject({ limit: z.int().min(1).max(1000).optional(), key: z.string().optional() }).optional(),
      /** Longest time for a run, milliseconds. */
      timeoutMs: z.int().min(1000).optional(),
      /** Template string over `trigger`: what an operator searches a run by, such as the customer's name. */
      businessKey: z.string().optional(),
    })
    .default({}),
  /** Positions on the canvas, by node id: [x, y]. Not needed to run. */
  layout: z.record(idSchema, z.tuple([z.number(), z.number()])).default({}),
});

export type Retry = z.infer<typeof retrySchema>;
export type TriggerNode = z.infer<typeof triggerNodeSchema>;
export type ConnectorNode = z.infer<typeof connectorNodeSchema>;
export type MapField = z.infer<typeof mapFieldSchema>;
export type MapNode = z.infer<typeof mapNodeSchema>;
export type BranchCase = z.infer<typeof branchCaseSchema>;
export type BranchNode = z.infer<typeof branchNodeSchema>;
export type LoopNode = z.infer<typeof loopNodeSchema>;
export type StopNode = z.infer<typeof stopNodeSchema>;
export type WorkflowNode = z.infer<typeof nodeSchema>;
export type NodeKind = WorkflowNode['kind'];
export type Edge = z.infer<typeof edgeSchema>;
export type ChoicesFrom = z.infer<typeof choicesFromSchema>;
export type ConfigEntry = z.infer<typeof configEntrySchema>;
export type WorkflowDocument = z.infer<typeof workflowSchema>;
