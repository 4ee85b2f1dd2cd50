/**
 * Accounts: storing them sealed, and trying them.
 */
import { newId } from '@weft/db';
import { holdRenewal } from '../adapters/shared-session.ts';
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
import { tryAccount, tryStored } from './try-account.ts';

/** How long a change waits for a renewal of the account that is under way. */
const HOLD_TIMEOUT_MS = 30_000;

/** Stores an account and says whether it works. Throws `invalid` for a form that is not complete. */
export async function createConnection(
  means: ConnectionMeans,
  request: CreateConnectionRequest & { readonly isDemo?: boolean },
): Promise<ConnectionSaved> {
  const { workspaceId, authScheme, name, expiresAt, isDemo = false } = request;
  const connector = means.connectors.get(request.connector);
  const id = newId();
  const { check, values } = await tryAccount(means, { id, connector, values: checkForm(connector, authScheme, request.values) });
  await insertAccount(means, { workspaceId, id }, { connector, authScheme, name, values, check, expiresAt, isDemo });
  return { id, check, saved: true };
}

/**
 * Changes name or values of an account; secrets that are left out or empty stay, and so does what a sign-in has obtained.
 * Nobody else renews it meanwhile: what the vendor replaces during the test would else be lost.
 */
export async function updateConnection(means: ConnectionMeans, request: UpdateConnectionRequest): Promise<ConnectionSaved> {
  const { id, expiresAt } = request;
  const { connector, authScheme, name } = await readAccount(means, request);
  return holdRenewal(means, request, {
    signal: AbortSignal.timeout(HOLD_TIMEOUT_MS),
    work: async ({ values: old, store }) => {
      const changed = changeForm(connector, authScheme, { old, values: request.values ?? {} });
      const { check, values, replaced } = await tryAccount(means, { id, connector, values: changed });
      if (!check.ok && request.onlyIfItWorks === true) {
        // The test may have used up a token that the old values hold as well.
        const isOfOld = replaced && Object.keys(replaced).every((key) => changed[key] === old[key]);
        if (isOfOld) await store({ replaced });
        return { id, check, saved: false };
      }
      await replaceAccount(means, request, { connector, authScheme, name: request.name ?? name, values, check, expiresAt });
      return { id, check, saved: true };
    },
  });
}

/** Tries a stored account, whose status is kept, or values that are not stored yet. */
export async function testConnection(means: ConnectionMeans, request: TestConnectionRequest): Promise<ConnectionCheckResult> {
  if (!('id' in request)) {
    const connector = means.connectors.get(request.connector);
    const values = checkForm(connector, request.authScheme, request.values);
    return (await tryAccount(means, { id: newId(), connector, values })).check;
  }
  const connection = await means.connections.open(request.workspaceId, request.id, { isFresh: true });
  const check = await tryStored(means, connection, { afresh: true });
  await noteCheck(means, { ...request, revision: connection.revision }, check, { byPerson: true });
  return check;
}
