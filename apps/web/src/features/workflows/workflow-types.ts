import type { RouterOutputs } from '../../trpc/client.tsx';

/** One row of the list. */
export type WorkflowRowData = RouterOutputs['workflows']['list'][number];
