/**
 * The workflow document, `weft/workflow@1`: the JSON that is drawn on the canvas, stored as draft and
 * version, exported, imported and compiled by the engine.
 *
 * Plain data: stable ids, no secrets, no account of anybody, no position needed to run. Strings in `input`,
 * `fields` and conditions may hold `{{ expression }}`; a string that is exactly one expression keeps the type
 * of its value.
 *
 * Every object is strict: a worker leaves a run alone whose version has what it does not know. So what is added is a new
 * member or kind; what changes the meaning of one that exists needs a new format.
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

/** An operation whose items are gone through page by page. */
export const pagesSchema = z.strictObject({
  connector: z.string(),
  /** One that can give its items by pages. */
  operation: z.string(),
  slot: idSchema.optional(),
  input: z.record(z.string(), jsonSchema).default({}),
});

/**
 * Runs its body (the nodes whose `parent` is this node) once per item. Inside: `item`, `index`.
 * Its output is `{ count, succeeded, failed, items: [{ index, ok, output?, error? }] }`, where an item's
 * output is the output of the body's last node. Over the pages of an operation, any number of items takes no more memory
 * than one page of them; then the output has `pages` and `failures` (the first 1,000 items that failed) too, and `items` only when they are
 * 1,000 or fewer.
 */
export const loopNodeSchema = z.strictObject({
  ...base,
  kind: z.literal('loop'),
  /** Template string that gives the list. Absent when it goes through pages. */
  items: jsonSchema.optional(),
  /** In the place of a list. */
  pages: pagesSchema.optional(),
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
  /** What the run gives to the workflow that called it; absent means nothing. A run that ends at no stop gives its last node's output. */
  output: jsonSchema.optional(),
});

/** A length of time: a number, or a template string that gives one, and its unit. */
export const durationSchema = z.strictObject({
  amount: jsonSchema,
  unit: z.enum(['seconds', 'minutes', 'hours', 'days', 'weeks']).default('minutes'),
});

/**
 * Lets the run stand still: for a time, until a time, or until somebody calls its address (`resume.<id>`). Nothing is held
 * meanwhile. Its output is `{ until }`, or the request that came to the address: `{ method, query, headers, body,
 * receivedAt }`. An event that does not come in time goes on by the port `timeout`.
 */
export const waitNodeSchema = z.strictObject({
  ...base,
  kind: z.literal('wait'),
  mode: z.enum(['duration', 'time', 'event']).default('duration'),
  /** For `duration`. */
  duration: durationSchema.optional(),
  /** For `time`: ISO text or epoch milliseconds; a template string. What is past goes on at once. */
  time: jsonSchema.optional(),
  /** For `event`: how long at most. */
  timeout: durationSchema.optional(),
});

/** One answer that a person may give. `port` names the edge's `fromPort`. */
export const reviewChoiceSchema = z.strictObject({ port: idSchema, label: z.string().min(1).max(60) });

/** One line of facts beside a question. */
export const reviewFactSchema = z.strictObject({ label: z.string().max(80), value: jsonSchema });

/** Roles that may be asked for a decision: the least that may answer. */
export const REVIEW_ROLES = ['operator', 'builder', 'admin'] as const;

/**
 * Asks a person. The run waits, holding nothing, until somebody in Review chooses; each choice is a port. Its output is
 * `{ choice, label, comment, decidedBy, decidedAt }`. Without a decision before the deadline it goes on by `expired`.
 */
export const reviewNodeSchema = z.strictObject({
  ...base,
  kind: z.literal('review'),
  /** The question; a template string. */
  subject: z.string().max(500).default(''),
  /** What one should know to decide; a template string, line breaks are kept. */
  details: z.string().max(20_000).default(''),
  facts: z.array(reviewFactSchema).max(30).default([]),
  choices: z
    .array(reviewChoiceSchema)
    .min(1)
    .max(6)
    .default([
      { port: 'approved', label: 'Approve' },
      { port: 'rejected', label: 'Reject' },
    ]),
  comment: z.enum(['none', 'optional', 'required']).default('optional'),
  /** The least role that may decide. */
  role: z.enum(REVIEW_ROLES).default('operator'),
  deadline: durationSchema.optional(),
});

/**
 * Calls another workflow of the workspace, whose trigger is `workflow.called`. Its output is what that run gives, or
 * `{ runId }` when it is not waited for. A run that failed there fails this node with its error.
 */
export const callNodeSchema = z.strictObject({
  ...base,
  kind: z.literal('call'),
  workflowId: z.string().max(60).default(''),
  /** The workflow's name when it was chosen: for reading, and to find it again after an import. */
  workflowName: z.string().max(200).default(''),
  /** Values of the fields that the called workflow declares. */
  input: z.record(z.string(), jsonSchema).default({}),
  /** Whether this node ends when the called run does; else it only starts it. */
  waits: z.boolean().default(true),
});

/**
 * Runs JavaScript in a closed box: no network, no files, no secrets; `trigger`, `steps`, `item`, `index`, `run`, `config` and
 * `error` are there by name. The body of a function: what it returns is the output. `timeoutMs` is 5 s when absent, 60 s at
 * most.
 */
export const scriptNodeSchema = z.strictObject({ ...base, kind: z.literal('script'), code: z.string().max(100_000).default('') });

/**
 * Answers the request that started the run, when its trigger leaves the answer to the workflow; the run goes on behind it. The
 * first answer counts. Its output is `{ status, headers?, body?, note? }`; `note` says why nobody got it.
 */
export const respondNodeSchema = z.strictObject({
  ...base,
  kind: z.literal('respond'),
  /** HTTP status from 200 to 599, or a template string that gives one. */
  status: z.union([z.int().min(200).max(599), z.string().max(1000)]).default(200),
  /** Names with values that may be template strings, or a template string that gives an object. */
  headers: z.union([z.record(z.string().max(200), z.string().max(8000)), z.string().max(1000)]).default({}),
  /** Text is sent as it is, anything else as JSON. Absent: no body. */
  body: jsonSchema.optional(),
});

export const nodeSchema = z.discriminatedUnion('kind', [
  triggerNodeSchema,
  connectorNodeSchema,
  mapNodeSchema,
  branchNodeSchema,
  loopNodeSchema,
  stopNodeSchema,
  waitNodeSchema,
  reviewNodeSchema,
  callNodeSchema,
  scriptNodeSchema,
  respondNodeSchema,
]);

/**
 * From a node's output port to a node. `fromPort` is absent for `next`; else `error`, a branch case's port,
 * `otherwise`, a review's choice, `expired`, `timeout`. Inside a loop the body's first nodes are those without an incoming edge.
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
      /** Days for which runs are kept after their end; what the installation says when absent. */
      retentionDays: z.int().min(1).max(3650).optional(),
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
export type LoopPages = z.infer<typeof pagesSchema>;
export type StopNode = z.infer<typeof stopNodeSchema>;
export type Duration = z.infer<typeof durationSchema>;
export type WaitNode = z.infer<typeof waitNodeSchema>;
export type ReviewChoice = z.infer<typeof reviewChoiceSchema>;
export type ReviewRole = (typeof REVIEW_ROLES)[number];
export type ReviewNode = z.infer<typeof reviewNodeSchema>;
export type CallNode = z.infer<typeof callNodeSchema>;
export type ScriptNode = z.infer<typeof scriptNodeSchema>;
export type RespondNode = z.infer<typeof respondNodeSchema>;
export type WorkflowNode = z.infer<typeof nodeSchema>;
export type NodeKind = WorkflowNode['kind'];
export type Edge = z.infer<typeof edgeSchema>;
export type ChoicesFrom = z.infer<typeof choicesFromSchema>;
export type ConfigEntry = z.infer<typeof configEntrySchema>;
export type WorkflowDocument = z.infer<typeof workflowSchema>;
