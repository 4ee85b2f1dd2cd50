/**
 * Accounts: storing them sealed, and trying them.
 */
import { newId } from '@weft/db';
import { changeForm, checkForm } from './account-form.ts';
import { insertAccount, noteCheck, readAccount, replaceAccount } from './account-store.ts';
import type { ConnectionMeans } from './account-store.ts';
import type {
  ConnectionCheckResult,
  ConnectionSaved,
  CreateConnectionRequest,
  TestConnectionRequest,
  UpdateConnectionRequest,
} from './contract.ts';
import { tryAccount } from './try-account.ts';

/** Stores an account and says whether it works. Throws `invalid` for a form that is not complete. */
export async function createConnection(
  means: ConnectionMeans,
  request: CreateConnectionRequest & { readonly isDemo?: boolean },
): Promise<ConnectionSaved> {
  const { workspaceId, authScheme, name, isDemo = false } = request;
  const connector = means.connectors.get(request.connector);
  const id = newId();
  const { check, values } = await tryAccount(means, { id, connector, values: checkForm(connector, authScheme, request.values) });
  await insertAccount(means, { workspaceId, id }, { connector, authScheme, name, values, check, isDemo });
  return { id, check };
}

/** Changes name or values of an account; secrets that are left out or empty stay, and so does what a sign-in has obtained. */
export async function updateConnection(means: ConnectionMeans, request: UpdateConnectionRequest): Promise<ConnectionSaved> {
  const { id } = request;
  const { connector, authScheme, name, values: old } = await readAccount(means, request);
  const changed = changeForm(connector, authScheme, { old, values: request.values ?? {} });
  const { check, values } = await tryAccount(means, { id, connector, values: changed });
  await replaceAccount(means, request, { connector, authScheme, name: request.name ?? name, values, check });
  return { id, check };
}

/** Tries a stored account, whose status is kept, or values that are not stored yet. */
export async function testConnection(means: ConnectionMeans, request: TestConnectionRequest): Promise<ConnectionCheckResult> {
  if (!('id' in request)) {
    const connector = means.connectors.get(request.connector);
    const values = checkForm(connector, request.authScheme, request.values);
    return (await tryAccount(means, { id: newId(), connector, values })).check;
  }
  const account = await readAccount(means, request);
  const { check, values, isReplaced } = await tryAccount(means, { id: request.id, connector: account.connector, values: account.values });
  if (isReplaced) await replaceAccount(means, request, { ...account, values, check });
  else await noteCheck(means, request, check);
  return check;
}
