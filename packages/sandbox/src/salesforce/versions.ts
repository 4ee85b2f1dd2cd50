import type { ApiRequest, Json } from '../http.ts';

const OLDEST = 31;
const NEWEST = 67;
const SEASONS = ['Winter', 'Spring', 'Summer'];

/** The list at /services/data/, oldest first; 66.0 is Spring '26. */
export function versionList(): Json[] {
  return Array.from({ length: NEWEST - OLDEST + 1 }, (_, index) => {
    const version = OLDEST + index;
    const season = SEASONS[(version - 65 + 300) % 3] ?? '';
    const year = 26 + Math.floor((version - 65) / 3);
    return { label: `${season} '${String(year).padStart(2, '0')}`, url: `/services/data/v${version}.0`, version: `${version}.0` };
  });
}

/** True for a version we answer; jsforce falls back to v50.0 and very old scripts go lower. */
export function isServed(version: number): boolean {
  return version >= 20 && version <= NEWEST;
}

/** What stands below a version. */
export function resourceList(versionPath: string): Json {
  return Object.fromEntries(
    ['sobjects', 'query', 'queryAll', 'search', 'limits', 'composite', 'recent', 'jobs'].map((name) => [name, `${versionPath}/${name}`]),
  );
}

/** `/limits`. */
export function limitsBody(used: number, max: number): Json {
  return {
    DailyApiRequests: { Max: max, Remaining: Math.max(0, max - used) },
    DataStorageMB: { Max: 5120, Remaining: 5087 },
    FileStorageMB: { Max: 20480, Remaining: 20475 },
    DailyBulkV2QueryJobs: { Max: 10000, Remaining: 10000 },
    SingleEmail: { Max: 5000, Remaining: 5000 },
  };
}

/** `query?explain=`: one plan is enough for a client to read. */
export function explainBody(objectName: string, rows: number): Json {
  return {
    plans: [
      {
        cardinality: rows,
        fields: [],
        leadingOperationType: 'TableScan',
        notes: [],
        relativeCost: 1.5,
        sobjectCardinality: rows,
        sobjectType: objectName,
      },
    ],
    sourceQuery: '',
  };
}

/** Batch size asked for; the platform keeps it between 200 and 2000. */
export function batchSizeOf(request: ApiRequest): number {
  const header = request.headers['sforce-query-options'];
  const asked = Number(/batchSize\s*=\s*(\d+)/i.exec(String(header ?? ''))?.[1] ?? 2000);
  return Math.min(2000, Math.max(200, asked));
}
