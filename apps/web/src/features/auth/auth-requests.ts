import type { StoredError } from '@weft/errors';

/** What a form is told when it did not work. */
export interface Refusal {
  readonly message: string;
  /** Field name → what is wrong there. */
  readonly fields: Readonly<Record<string, string>>;
}

async function post(path: string, body: unknown): Promise<Response | undefined> {
  return fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).catch(
    () => undefined,
  );
}

const UNREACHABLE: Refusal = { message: 'Weft did not answer. It may be starting; try again in a few seconds.', fields: {} };

/** Creates the first admin and signs it in; undefined when it worked. */
export async function signUpFirstAdmin(form: {
  name: string;
  email: string;
  password: string;
  code?: string;
}): Promise<Refusal | undefined> {
  const answer = await post('/api/setup', form);
  if (!answer) return UNREACHABLE;
  if (answer.ok) return undefined;
  const { error } = (await answer.json().catch(() => ({}))) as { error?: StoredError };
  return {
    message: error?.message ?? UNREACHABLE.message,
    fields: Object.fromEntries((error?.issues ?? []).map((issue) => [issue.path, issue.message])),
  };
}

/** Signs in; undefined when it worked. */
export async function signIn(form: { email: string; password: string }): Promise<Refusal | undefined> {
  const answer = await post('/api/auth/sign-in/email', form);
  if (!answer) return UNREACHABLE;
  if (answer.ok) return undefined;
  if (answer.status === 429) return { message: 'Too many tries from this address. Wait a minute, then try again.', fields: {} };
  if (answer.status === 401 || answer.status === 400) return { message: 'E-mail and password do not belong together.', fields: {} };
  return UNREACHABLE;
}

/** Ends the session and shows the sign-in page. */
export async function signOut(): Promise<void> {
  await post('/api/auth/sign-out', {});
  window.location.assign('/sign-in');
}
