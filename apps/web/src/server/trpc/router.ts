import 'server-only';
import { accountRouter } from './account.ts';
import { catalogRouter } from './catalog.ts';
import { connectionsRouter } from './connections.ts';
import { homeRouter } from './home.ts';
import { router } from './init.ts';
import { reviewsRouter } from './reviews.ts';
import { runsRouter } from './runs.ts';
import { templatesRouter } from './templates.ts';
import { tokensRouter } from './tokens.ts';
import { workflowsRouter } from './workflows.ts';

/** Everything the pages may ask. */
export const appRouter = router({
  account: accountRouter,
  catalog: catalogRouter,
  connections: connectionsRouter,
  home: homeRouter,
  reviews: reviewsRouter,
  runs: runsRouter,
  templates: templatesRouter,
  tokens: tokensRouter,
  workflows: workflowsRouter,
});

export type AppRouter = typeof appRouter;
