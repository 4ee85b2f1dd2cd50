/** Retention as a worker does it, round after round without its pauses, in a process that can be killed in the middle. */
import { openDatabase, pruneOnce } from '@weft/db';
import { requiredEnv } from '@weft/runtime';

const db = openDatabase({ url: requiredEnv('DATABASE_URL'), applicationName: 'weft-prune', max: 4 });
while ((await pruneOnce(db, { days: 30, dedupDays: 365 })).hasMore);
await db.close();
