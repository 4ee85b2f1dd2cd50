import 'server-only';
import { overview } from '@weft/runtime';
import { procedure, router } from './init.ts';

export const homeRouter = router({ overview: procedure.query(({ ctx }) => overview(ctx.use)) });
