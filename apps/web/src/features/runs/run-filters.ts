/** What the list of runs is narrowed to; kept in the address, so that it can be shared and gone back to. */
export interface RunFilters {
  readonly status: readonly RunStatus[];
  readonly workflowId: string | undefined;
  readonly search: string;
}

export const RUN_STATUSES = ['running', 'queued', 'waiting', 'failed', 'succeeded', 'skipped', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** Reads filters from the address; what it does not know is left out. */
export function readFilters(params: { get(name: string): string | null }): RunFilters {
  const asked = (params.get('status') ?? '').split(',');
  return {
    status: RUN_STATUSES.filter((status) => asked.includes(status)),
    workflowId: params.get('workflow') ?? undefined,
    search: params.get('q') ?? '',
  };
}

/** The address of filters: `?status=failed&q=Acme`, or nothing. */
export function writeFilters(filters: RunFilters): string {
  const params = new URLSearchParams();
  if (filters.status.length > 0) params.set('status', filters.status.join(','));
  if (filters.workflowId) params.set('workflow', filters.workflowId);
  if (filters.search) params.set('q', filters.search);
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
