import 'server-only';
import { checkTemplateNeeds, exportTemplate, getTemplate, installTemplate, listTemplates } from '@weft/runtime';
import { jsonSchema } from '@weft/workflow';
import { z } from 'zod';
import { procedure, router } from './init.ts';

export const templatesRouter = router({
  list: procedure.query(({ ctx }) => listTemplates(ctx.use)),
  get: procedure.input(z.object({ templateId: z.string() })).query(({ ctx, input }) => getTemplate(ctx.use, input)),
  check: procedure
    .input(z.object({ templateId: z.string(), bindings: z.record(z.string(), z.uuid()) }))
    .query(({ ctx, input }) => checkTemplateNeeds(ctx.use, input)),
  export: procedure
    .input(
      z.object({
        workflowIds: z.array(z.uuid()).min(1).max(10),
        name: z.string().trim().min(1).max(200),
        summary: z.string().max(300).default(''),
      }),
    )
    .mutation(({ ctx, input }) => exportTemplate(ctx.use, input)),
  install: procedure
    .input(
      z.object({
        templateId: z.string(),
        name: z.string().trim().min(1).max(200).optional(),
        bindings: z.record(z.string(), z.uuid()),
        config: z.record(z.string(), jsonSchema),
        enable: z.boolean().optional(),
      }),
    )
    .mutation(({ ctx, input: { name, enable, ...rest } }) =>
      installTemplate(ctx.use, { ...rest, ...(name === undefined ? {} : { name }), ...(enable === undefined ? {} : { enable }) }),
    ),
});
