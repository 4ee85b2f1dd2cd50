/** The one sign-up there is: the first person becomes the admin of the workspace. */
import { invalid } from '@weft/errors';
import type { Database } from '@weft/db';
import type { Auth } from './create-auth.ts';

/** What the form asks. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

// Any fixed number will do: it names the lock among all of this database's advisory locks.
const FIRST_ADMIN_LOCK = 7263001;

/**
 * Creates the first user and makes it the admin, or gives undefined when there is a user already. Two calls at once
 * cannot both succeed: the second waits for the lock and then finds the first's user. The answer carries the session.
 */
export async function createFirstAdmin(input: {
  db: Database;
  auth: Auth;
  person: Person;
  headers?: Headers;
}): Promise<Response | undefined> {
  const { db, auth, person } = input;
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock($1)', [FIRST_ADMIN_LOCK]);
    if ((await db.prisma.user.count()) > 0) return undefined;
    const answer = await auth.api.signUpEmail({
      body: { ...person },
      ...(input.headers ? { headers: input.headers } : {}),
      asResponse: true,
    });
    if (!answer.ok) {
      const words = (await answer.json().catch(() => undefined)) as { message?: string } | undefined;
      throw invalid('sign_up_refused', words?.message ?? 'The account could not be created.');
    }
    await adoptOrphanedUser(db);
    return answer;
  } finally {
    await client.query('rollback').catch(() => undefined); // only the lock is held; nothing was written here
    client.release();
  }
}

/** Makes the only user the admin when nobody is a member yet: heals a crash between the two writes above. */
export async function adoptOrphanedUser(db: Database): Promise<void> {
  await db.pool.query(
    `insert into member (workspace_id, user_id, role)
     select (select id from workspace order by created_at, id limit 1), u.id, 'admin' from "user" u
     where not exists (select 1 from member) and (select count(*) from "user") = 1
     on conflict do nothing`,
  );
}
