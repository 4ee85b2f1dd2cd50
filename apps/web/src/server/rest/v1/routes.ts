/** All routes of the REST API, in the order of its document. */
import 'server-only';
import {
  cancelRun,
  checkTemplateNeeds,
  createConnection,
  exportTemplate,
  getRun,
  getTemplate,
  importFile,
  installTemplate,
  listConnections,
  listRuns,
  listTemplates,
  replayRun,
  testConnection,
  updateConnection,
} from '@weft/runtime';
import { z } from 'zod';
import { reviewRoutes } from './reviews.ts';
import { route } from './route.ts';
import type { Route } from './route.ts';
import { check, connection, documentSchema, id, idParams, jsonIn, needCheck, problem, runDetail, runSummary, template } from './schemas.ts';
import { workflowRoutes } from './workflows.ts';

const templateParams = z.object({ templateId: z.string() });
const statuses = z.string().transform((text) => text.split(',').filter(Boolean));

const runRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/runs',
    id: 'listRuns',
    tag: 'Runs',
    summary: 'List runs, newest first',
    permission: 'read',
    query: z.object({
      workflowId: id.optional(),
      status: statuses.optional(),
      search: z.string().optional(),
      before: id.optional(),
      limit: z.coerce.number().int().min(1).max(200).optional(),
    }),
    response: z.object({ runs: z.array(runSummary), nextBefore: id.nullable() }),
    handle: ({ ctx, query }) => listRuns(ctx, Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))),
  }),
  route({
    method: 'GET',
    path: '/runs/{id}',
    id: 'getRun',
    tag: 'Runs',
    summary: 'Get a run with its steps',
    permission: 'read',
    params: idParams,
    response: runDetail,
    handle: ({ ctx, params }) => getRun(ctx, params),
  }),
  route({
    method: 'POST',
    path: '/runs/{id}/cancel',
    id: 'cancelRun',
    tag: 'Runs',
    summary: 'Ask for a run to be cancelled',
    permission: 'cancel',
    params: idParams,
    response: z.object({ requested: z.literal(true) }),
    status: 202,
    handle: ({ ctx, params }) => cancelRun(ctx, params),
  }),
  route({
    method: 'POST',
    path: '/runs/{id}/replay',
    id: 'replayRun',
    tag: 'Runs',
    summary: 'Start a new run with the event of this one',
    permission: 'run',
    params: idParams,
    response: z.object({ runId: id }),
    status: 202,
    handle: ({ ctx, params }) => replayRun(ctx, params),
  }),
];

const templateRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/templates',
    id: 'listTemplates',
    tag: 'Templates',
    summary: 'List templates',
    permission: 'read',
    response: z.array(template),
    handle: ({ ctx }) => listTemplates(ctx),
  }),
  route({
    method: 'GET',
    path: '/templates/{templateId}',
    id: 'getTemplate',
    tag: 'Templates',
    summary: 'Get a template',
    permission: 'read',
    params: templateParams,
    response: template,
    handle: ({ ctx, params }) => getTemplate(ctx, params),
  }),
  route({
    method: 'POST',
    path: '/templates/import',
    id: 'importTemplate',
    tag: 'Templates',
    summary:
      'Import the workflows of a template file as drafts, switched off; those that are there already word for word are not made again',
    permission: 'import',
    query: z.object({
      sameName: z
        .enum(['create', 'update'])
        .default('create')
        .describe('What to do with a workflow whose name exists and that differs: make a second one, or replace its draft.'),
    }),
    body: jsonIn,
    response: z.object({
      workflows: z.array(z.object({ id, name: z.string(), outcome: z.enum(['created', 'updated', 'unchanged']) })),
      problems: z.array(problem.extend({ line: z.int().optional() })),
    }),
    status: 201,
    handle: ({ ctx, body, query }) => importFile(ctx, { text: JSON.stringify(body, null, 2), sameName: query.sameName }),
  }),
  route({
    method: 'POST',
    path: '/templates/export',
    id: 'exportTemplate',
    tag: 'Templates',
    summary: 'Export the drafts of some workflows as one template file',
    permission: 'read',
    body: z.object({ workflowIds: z.array(id).min(1).max(10), name: z.string().min(1).max(200), summary: z.string().max(300).default('') }),
    response: documentSchema,
    handle: ({ ctx, body }) => exportTemplate(ctx, body),
  }),
  route({
    method: 'POST',
    path: '/templates/{templateId}/check',
    id: 'checkTemplate',
    tag: 'Templates',
    summary: 'Look for the fields that a template needs in the chosen accounts',
    permission: 'useConnections',
    params: templateParams,
    body: z.object({ bindings: z.record(z.string(), id) }),
    response: z.array(needCheck),
    handle: ({ ctx, params, body }) => checkTemplateNeeds(ctx, { templateId: params.templateId, ...body }),
  }),
  route({
    method: 'POST',
    path: '/templates/{templateId}/install',
    id: 'installTemplate',
    tag: 'Templates',
    summary: 'Install a template',
    permission: 'install',
    params: templateParams,
    body: z.object({
      name: z.string().optional(),
      bindings: z.record(z.string(), id),
      config: z.record(z.string(), jsonIn).default({}),
      enable: z.boolean().default(false),
    }),
    response: z.object({ workflowIds: z.array(id) }),
    status: 201,
    handle: ({ ctx, params, body: { name, ...body } }) =>
      installTemplate(ctx, { templateId: params.templateId, ...body, ...(name === undefined ? {} : { name }) }),
  }),
];

const form = z.object({ connector: z.string(), authScheme: z.string(), values: z.record(z.string(), z.string()) });
const connectionRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/connections',
    id: 'listConnections',
    tag: 'Connections',
    summary: 'List connections, without their secrets',
    permission: 'read',
    response: z.array(connection),
    handle: ({ ctx }) => listConnections(ctx),
  }),
  route({
    method: 'POST',
    path: '/connections',
    id: 'createConnection',
    tag: 'Connections',
    summary: 'Connect an account',
    permission: 'manageConnections',
    body: form.extend({ name: z.string().min(1).max(100), expiresAt: z.iso.datetime().nullable().exactOptional() }),
    response: z.object({ id, check }),
    status: 201,
    handle: ({ ctx, body }) => createConnection(ctx, body),
  }),
  route({
    method: 'PATCH',
    path: '/connections/{id}',
    id: 'updateConnection',
    tag: 'Connections',
    summary: 'Change keys or name; what is left out stays, and workflows need no change',
    permission: 'manageConnections',
    params: idParams,
    body: z.object({
      name: z.string().min(1).max(100).exactOptional(),
      values: z.record(z.string(), z.string()).exactOptional(),
      expiresAt: z.iso.datetime().nullable().exactOptional(),
      onlyIfItWorks: z.boolean().exactOptional(),
    }),
    response: z.object({ id, check, saved: z.boolean() }),
    handle: ({ ctx, params, body }) => updateConnection(ctx, { ...params, ...body }),
  }),
  route({
    method: 'POST',
    path: '/connections/test',
    id: 'testConnectionValues',
    tag: 'Connections',
    summary: 'Try values without keeping them',
    permission: 'manageConnections',
    body: form,
    response: check,
    handle: ({ ctx, body }) => testConnection(ctx, body),
  }),
  route({
    method: 'POST',
    path: '/connections/{id}/test',
    id: 'testConnection',
    tag: 'Connections',
    summary: 'Test a connection',
    permission: 'useConnections',
    params: idParams,
    response: check,
    handle: ({ ctx, params }) => testConnection(ctx, params),
  }),
];

export const ROUTES: readonly Route[] = [...templateRoutes, ...workflowRoutes, ...runRoutes, ...reviewRoutes, ...connectionRoutes];
