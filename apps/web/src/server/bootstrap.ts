/** What must exist before the first page is shown: a workspace, and what the environment asks for. */
import { openDatabase } from '@weft/db';
import { bootstrap, createLogger } from '@weft/runtime';
import { createAuth } from './auth/create-auth.ts';
import { adoptOrphanedUser, createFirstAdmin } from './auth/first-admin.ts';

/** Prepares the instance: idempotent, and safe when several web processes start at once. */
export async function bootstrapInstance(): Promise<void> {
  const db = openDatabase({ url: process.env['DATABASE_URL'] ?? '', max: 2, applicationName: 'weft-web-start' });
  try {
    const log = createLogger({ process: 'web' });
    await bootstrap({ db, log, env: process.env });
    await adoptOrphanedUser(db);
    const email = process.env['WEFT_ADMIN_EMAIL'];
    const password = process.env['WEFT_ADMIN_PASSWORD'];
    if (!email || !password) return;
    const made = await createFirstAdmin({
      db,
      auth: createAuth(db.prisma),
      person: { name: email.split('@')[0] ?? 'Admin', email, password },
    });
    if (made) log.info('The first admin was created from WEFT_ADMIN_EMAIL.', { email });
  } finally {
    await db.close();
  }
}
