import type { ApiRequest } from '../http.ts';
import type { Session } from './sessions.ts';
import type { SalesforceStore } from './store.ts';
import type { WriteOptions } from './write.ts';

/** What every handler below a version gets. */
export interface Call {
  request: ApiRequest;
  session: Session;
  /** `/services/data/v66.0`. */
  versionPath: string;
  version: number;
  store: SalesforceStore;
  write: WriteOptions;
}
