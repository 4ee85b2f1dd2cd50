import 'server-only';
import {
  createWorkflow,
  deleteWorkflow,
  exportWorkflow,
  getVersion,
  getWorkflow,
  importFile,
  listCallable,
  listVersions,
  listWorkflows,
  previewImport,
  publishWorkflow,
  renameWorkflow,
  saveDraft,
  setWorkflowBindings,
  setWorkflowConfig,
  setWorkflowEnabled,
  tryScript,
  validateWorkflowText,
} from '@weft/runtime';
import { jsonSchema } from '@weft/workflow';
import { z } from 'zod';
import { procedure, router } from './init.ts';

const id = z.object({ id: z.uuid() });
const name = z.string().trim().min(1).max(200);
const file = z.object({ text: z.string().max(20_000_000) });
// Documents are checked by the use cases, which keep unfinished ones and say where they are wrong.
const documentOrText = z.union([z.object({ text: z.string().max(20_000_000) }), z.object({ document: jsonSchema })]);

export const workflowsRouter = router({
  list: procedure.query(({ ctx }) => listWorkflows(ctx.use)),
  callable: procedure.query(({ ctx }) => listCallable(ctx.use)),
  get: procedure.input(id).query(({ ctx, input }) => getWorkflow(ctx.use, input)),
  create: procedure
    .input(z.object({ name, document: jsonSchema.optional() }))
    .mutation(({ ctx, input }) =>
      createWorkflow(ctx.use, { name: input.name, ...(input.document === undefined ? {} : { document: input.document }) }),
    ),
  saveDraft: procedure
    .input(z.object({ id: z.uuid(), document: jsonSchema, expectedRevision: z.int().min(0) }))
    .mutation(({ ctx, input }) => saveDraft(ctx.use, input)),
  rename: procedure.input(z.object({ id: z.uuid(), name })).mutation(({ ctx, input }) => renameWorkflow(ctx.use, input)),
  delete: procedure.input(id).mutation(({ ctx, input }) => deleteWorkflow(ctx.use, input)),
  publish: procedure.input(id).mutation(({ ctx, input }) => publishWorkflow(ctx.use, input)),
  setEnabled: procedure
    .input(z.object({ id: z.uuid(), enabled: z.boolean() }))
    .mutation(({ ctx, input }) => setWorkflowEnabled(ctx.use, input)),
  setBindings: procedure
    .input(z.object({ id: z.uuid(), bindings: z.record(z.string(), z.uuid()) }))
    .mutation(({ ctx, input }) => setWorkflowBindings(ctx.use, input)),
  setConfig: procedure
    .input(z.object({ id: z.uuid(), config: z.record(z.string(), jsonSchema) }))
    .mutation(({ ctx, input }) => setWorkflowConfig(ctx.use, input)),
  previewImport: procedure.input(file).mutation(({ ctx, input }) => previewImport(ctx.use, input)),
  importFile: procedure
    .input(file.extend({ sameName: z.enum(['create', 'update']).default('create') }))
    .mutation(({ ctx, input }) => importFile(ctx.use, input)),
  export: procedure.input(id).query(({ ctx, input }) => exportWorkflow(ctx.use, input)),
  validate: procedure.input(documentOrText).mutation(({ ctx, input }) => validateWorkflowText(ctx.use, input)),
  tryScript: procedure
    .input(z.object({ code: z.string().max(100_000), scope: z.record(z.string(), z.unknown()), timeoutMs: z.int().min(1).optional() }))
    .mutation(({ ctx, input: { timeoutMs, ...rest } }) =>
      tryScript(ctx.use, { ...rest, ...(timeoutMs === undefined ? {} : { timeoutMs }) }),
    ),
  versions: procedure.input(id).query(({ ctx, input }) => listVersions(ctx.use, input)),
  version: procedure.input(z.object({ id: z.uuid(), number: z.int().min(1) })).query(({ ctx, input }) => getVersion(ctx.use, input)),
});
