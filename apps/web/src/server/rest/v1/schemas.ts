/** Shapes of the REST API's answers, for its document. Unknown further members may be added at any time. */
import 'server-only';
import type { JsonValue } from '@weft/workflow';
import { z } from 'zod';

export const id = z.uuid();
export const idParams = z.object({ id });
export const time = z.iso.datetime();

export const documentSchema = z.record(z.string(), z.unknown()).meta({ description: 'A workflow document, weft/workflow@1' });

export const problem = z.object({
  severity: z.enum(['error', 'warning']),
  path: z.string(),
  nodeId: z.string().optional(),
  code: z.string(),
  message: z.string(),
});
export const storedError = z.object({ class: z.string(), code: z.string(), message: z.string(), detail: z.unknown().optional() });
export const errorBody = z.object({
  error: z.object({
    class: z.string(),
    code: z.string(),
    message: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});

export const workflowSummary = z.object({
  id,
  name: z.string(),
  description: z.string().nullable(),
  enabled: z.boolean(),
  publishedVersion: z.int().nullable(),
  draftAhead: z.boolean(),
  templateId: z.string().nullable(),
  connectors: z.array(z.string()),
  waitsFor: z.array(z.string()),
  lastRun: z.object({ id, status: z.string(), at: time }).nullable(),
  counts24h: z.object({ succeeded: z.int(), failed: z.int(), skipped: z.int(), running: z.int() }),
  updatedAt: time,
});
export const workflowDetail = z.object({
  id,
  name: z.string(),
  draft: documentSchema,
  revision: z.int(),
  publishedVersion: z.int().nullable(),
  publishedRevision: z.int().nullable(),
  enabled: z.boolean(),
  config: z.record(z.string(), z.unknown()),
  bindings: z.record(z.string(), id),
  trigger: z.unknown(),
  templateId: z.string().nullable(),
});
export const workflowMade = z.object({
  id,
  problems: z.array(problem),
  needs: z.array(z.object({ slot: z.string(), connector: z.string() })),
});

export const workflowImported = workflowMade.extend({ outcome: z.enum(['created', 'updated', 'unchanged']) });

export const runSummary = z.object({
  id,
  workflowId: id,
  workflowName: z.string(),
  version: z.int().nullable(),
  status: z.enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'skipped', 'cancelled', 'uncertain', 'quarantined']),
  origin: z.string(),
  businessKey: z.string().nullable(),
  createdAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  durationMs: z.number().nullable(),
  reason: z.string().nullable(),
  error: storedError.nullable(),
  failedNode: z.string().nullable(),
  attention: z.string().nullable(),
});
export const step = z.object({
  path: z.string(),
  nodeId: z.string(),
  attempt: z.int(),
  status: z.enum(['succeeded', 'failed', 'skipped', 'retrying']),
  port: z.string().optional(),
  input: z.unknown().optional(),
  output: z.unknown().optional(),
  error: storedError.optional(),
  startedAt: time,
  finishedAt: time,
});
export const wait = z.object({
  id,
  path: z.string(),
  nodeId: z.string(),
  kind: z.enum(['timer', 'event', 'review', 'child']),
  since: time,
  until: time.nullable(),
});
export const review = z.object({
  id,
  runId: id,
  workflowId: id,
  workflowName: z.string(),
  businessKey: z.string().nullable(),
  nodeId: z.string(),
  path: z.string(),
  subject: z.string(),
  details: z.string(),
  facts: z.array(z.object({ label: z.string(), value: z.unknown() })),
  choices: z.array(z.object({ port: z.string(), label: z.string() })),
  comment: z.enum(['none', 'optional', 'required']),
  role: z.string(),
  mayDecide: z.boolean(),
  status: z.enum(['open', 'decided', 'expired', 'closed']),
  askedAt: time,
  dueAt: time.nullable(),
  decision: z.object({ choice: z.string(), label: z.string(), comment: z.string().nullable(), by: z.string(), at: time }).nullable(),
});
export const runDetail = z.object({
  run: runSummary,
  document: documentSchema,
  steps: z.array(step),
  hasMoreSteps: z.boolean(),
  waits: z.array(wait),
  calls: z.array(
    z.object({ path: z.string(), nodeId: z.string(), runId: id, workflowName: z.string(), status: z.string(), isAwaited: z.boolean() }),
  ),
  calledBy: z.object({ runId: id, workflowName: z.string(), nodeId: z.string() }).nullable(),
  input: z.unknown(),
  why: z.string().nullable(),
  progress: z.array(
    z.object({
      path: z.string(),
      nodeId: z.string(),
      text: z.string(),
      done: z.number().optional(),
      total: z.number().optional(),
      at: z.string(),
    }),
  ),
});

const neededField = z.object({
  object: z.string(),
  name: z.string(),
  title: z.string().optional(),
  type: z.string(),
  isExternalId: z.boolean().optional(),
  isOptional: z.boolean().optional(),
});
export const needCheck = neededField.extend({
  slot: z.string(),
  state: z.enum(['there', 'missing', 'wrong', 'unknown']),
  message: z.string().optional(),
});
export const template = z.object({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  description: z.string(),
  category: z.string(),
  systems: z.array(z.string()),
  writes: z.array(z.string()),
  needs: z.array(z.object({ slot: z.string(), text: z.string(), fields: z.array(neededField) })),
  start: z.string().nullable(),
  tryIt: z.string().nullable(),
  documents: z.array(documentSchema),
  missingConnectors: z.array(z.string()),
});
export const connection = z.object({
  id,
  connector: z.string(),
  authScheme: z.string(),
  name: z.string(),
  status: z.string(),
  statusMessage: z.string().nullable(),
  accountLabel: z.string().nullable(),
  checkedAt: time.nullable(),
  usage: z.object({ used: z.number(), limit: z.number(), period: z.string(), at: time }).nullable(),
  expiresAt: time.nullable(),
  waitingRuns: z.int(),
  isDemo: z.boolean(),
  publicValues: z.record(z.string(), z.string()),
  usedBy: z.array(z.object({ workflowId: id, name: z.string(), enabled: z.boolean() })),
});
export const check = z.union([
  z.object({ ok: z.literal(true), account: z.string(), detail: z.string().optional(), unproven: z.boolean().optional() }),
  z.object({
    ok: z.literal(false),
    message: z.string(),
    field: z.string().optional(),
    reconnect: z.boolean().optional(),
    unproven: z.boolean().optional(),
  }),
]);

/** Any JSON. It was read from JSON, so only its presence is checked: use cases say where it is too deep or too large. */
export const jsonIn = z.custom<JsonValue>((value) => value !== undefined, 'This is missing.').meta({ description: 'Any JSON value' });
