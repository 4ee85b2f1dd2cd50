import 'server-only';
import {
  deleteWorkflow, exportWorkflow, getWorkflow, importWorkflow, listWorkflows, publishWorkflow, saveDraft, setWorkflowBindings, setWorkflowConfig, setWorkflowEnabled, startRun, validateWorkflowText,
} from '@weft/runtime';
import { z } from 'zod';
import { route } from './route.ts';
import type { Route } from './route.ts';
import { documentSchema, id, idParams, jsonIn, problem, workflowDetail, workflowMade, workflowSummary } from './schemas.ts';

const tag = 'Workflows';

export const workflowRoutes: readonly Route[] = [
  route({ method: 'GET', path: '/workflows', id: 'listWorkflows', tag, summary: 'List workflows', permission: 'read', response: z.array(workflowSummary), handle: ({ ctx }) => listWorkflows(ctx) }),
  route({ method: 'POST', path: '/workflows', id: 'importWorkflow', tag, summary: 'Import a workflow document as a draft, switched off', permission: 'import', body: jsonIn, response: workflowMade, status: 201, handle: ({ ctx, body }) => importWorkflow(ctx, { document: body }) }),
  route({ method: 'POST', path: '/workflows/validate', id: 'validateWorkflow', tag, summary: 'Validate a document without keeping it', permission: 'read', body: jsonIn, response: z.object({ problems: z.array(problem) }), handle: async ({ ctx, body }) => ({ problems: (await validateWorkflowText(ctx, { document: body })).problems }) }),
  route({ method: 'GET', path: '/workflows/{id}', id: 'getWorkflow', tag, summary: 'Get a workflow with its draft', permission: 'read', params: idParams, response: workflowDetail, handle: ({ ctx, params }) => getWorkflow(ctx, params) }),
  route({ method: 'DELETE', path: '/workflows/{id}', id: 'deleteWorkflow', tag, summary: 'Delete a workflow; its runs stay', permission: 'edit', params: idParams, response: z.object({ deleted: z.literal(true) }), handle: ({ ctx, params }) => deleteWorkflow(ctx, params) }),
  route({ method: 'GET', path: '/workflows/{id}/export', id: 'exportWorkflow', tag, summary: 'Export the draft as a document', permission: 'read', params: idParams, response: documentSchema, handle: ({ ctx, params }) => exportWorkflow(ctx, params) }),
  route({ method: 'PUT', path: '/workflows/{id}/draft', id: 'saveDraft', tag, summary: 'Replace the draft', permission: 'edit', params: idParams, body: z.object({ document: jsonIn, expectedRevision: z.int().min(0) }), response: z.object({ revision: z.int(), problems: z.array(problem) }), handle: ({ ctx, params, body }) => saveDraft(ctx, { id: params.id, ...body }) }),
  route({ method: 'PUT', path: '/workflows/{id}/bindings', id: 'setBindings', tag, summary: 'Say which connection each slot uses', permission: 'edit', params: idParams, body: z.record(z.string(), id), response: z.object({ bindings: z.record(z.string(), id) }), handle: ({ ctx, params, body }) => setWorkflowBindings(ctx, { id: params.id, bindings: body }) }),
  route({ method: 'PUT', path: '/workflows/{id}/config', id: 'setConfig', tag, summary: 'Answer the workflow’s questions', permission: 'edit', params: idParams, body: z.record(z.string(), jsonIn), response: z.object({ config: z.record(z.string(), z.unknown()) }), handle: ({ ctx, params, body }) => setWorkflowConfig(ctx, { id: params.id, config: body }) }),
  route({ method: 'POST', path: '/workflows/{id}/publish', id: 'publishWorkflow', tag, summary: 'Publish the draft as the next version', permission: 'publish', params: idParams, response: z.object({ version: z.int(), problems: z.array(problem) }), handle: ({ ctx, params }) => publishWorkflow(ctx, params) }),
  route({ method: 'POST', path: '/workflows/{id}/enable', id: 'enableWorkflow', tag, summary: 'Switch a published workflow on', permission: 'enable', params: idParams, response: z.object({ enabled: z.boolean() }), handle: ({ ctx, params }) => setWorkflowEnabled(ctx, { id: params.id, enabled: true }) }),
  route({ method: 'POST', path: '/workflows/{id}/disable', id: 'disableWorkflow', tag, summary: 'Switch a workflow off', permission: 'enable', params: idParams, response: z.object({ enabled: z.boolean() }), handle: ({ ctx, params }) => setWorkflowEnabled(ctx, { id: params.id, enabled: false }) }),
  route({ method: 'POST', path: '/workflows/{id}/run', id: 'runWorkflow', tag, summary: 'Start a run with a payload', permission: 'run', params: idParams, body: z.object({ payload: jsonIn, version: z.enum(['draft', 'published']).default('published') }), response: z.object({ runId: id }), status: 202, handle: ({ ctx, params, body }) => startRun(ctx, { workflowId: params.id, ...body }) }),
];
