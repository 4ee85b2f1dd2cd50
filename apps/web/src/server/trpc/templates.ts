import 'server-only';
import { getTemplate, installTemplate, listTemplates } from '@weft/runtime';
import { jsonSchema } from '@weft/workflow';
import { z } from 'zod';
import { procedure, router } from './init.ts';

export const templatesRouter = router({
  list: procedure.query(({ ctx }) => listTemplates(ctx.use)),
  get: procedure.input(z.object({ templateId: z.string() })).query(({ ctx, input }) => getTemplate(ctx.use, input)),
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
