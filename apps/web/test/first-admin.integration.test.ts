import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { newId } from '@weft/db';
import { freshDatabase } from '@weft/db/testing';
import type { FreshDatabase } from '@weft/db/testing';
import { createAuth } from '../src/server/auth/create-auth.ts';
import { adoptOrphanedUser, createFirstAdmin } from '../src/server/auth/first-admin.ts';

let fresh: FreshDatabase;

beforeEach(async () => {
  vi.stubEnv('WEFT_AUTH_SECRET', 'a secret of at least thirty-two characters');
  vi.stubEnv('WEFT_PUBLIC_URL', 'http://localhost:7263');
  fresh = await freshDatabase();
  await fresh.db.prisma.workspace.create({ data: { id: newId(), name: 'Workspace' } });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await fresh[Symbol.asyncDispose]();
});

const person = (number: number) => ({ name: `Person ${number}`, email: `person${number}@example.com`, password: 'correct horse staple' });

it('lets exactly one of many sign up at the same time, and makes that one the admin', async () => {
  const { db } = fresh;
  const auth = createAuth(db.prisma);
  const answers = await Promise.all([1, 2, 3, 4].map((number) => createFirstAdmin({ db, auth, person: person(number) })));

  expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
  expect(await db.prisma.user.count()).toBe(1);
  expect(await db.prisma.member.findMany({ select: { role: true } })).toEqual([{ role: 'admin' }]);
});

it('gives the session with the answer, in a cookie that scripts cannot read', async () => {
  const { db } = fresh;
  const answer = await createFirstAdmin({ db, auth: createAuth(db.prisma), person: person(1) });
  const cookie = answer?.headers.getSetCookie().find((line) => line.startsWith('weft.session_token='));

  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Lax/);
});

it('keeps the sign-up path of the library closed', async () => {
  const answer = await createAuth(fresh.db.prisma).handler(
    new Request('http://localhost:7263/api/auth/sign-up/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://localhost:7263' },
      body: JSON.stringify(person(1)),
    }),
  );
  expect(answer.status).toBe(404);
  expect(await fresh.db.prisma.user.count()).toBe(0);
});

it('heals a crash between user and membership, and only that', async () => {
  const { db } = fresh;
  await db.prisma.user.create({ data: { id: 'one', name: 'One', email: 'one@example.com' } });
  await adoptOrphanedUser(db);
  await db.prisma.user.create({ data: { id: 'two', name: 'Two', email: 'two@example.com' } });
  await adoptOrphanedUser(db);

  expect(await db.prisma.member.findMany({ select: { userId: true, role: true } })).toEqual([{ userId: 'one', role: 'admin' }]);
});
