/**
 * Signing in with a browser: sending a person to the vendor's page, and taking them back once.
 *
 * The authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636, RFC 9700). Between leaving and coming back the
 * database holds the hash of the state, who left, and, sealed, the verifier and the form with the end that was entered.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { ConnectionValues, ConnectorDefinition, OAuthDefinition } from '@weft/connector-kit';
import { newId } from '@weft/db';
import { invalid } from '@weft/errors';
import { changeForm, checkForm, nameOf, schemeOf, signInOf } from './account-form.ts';
import { insertAccount, readAccount, replaceAccount } from './account-store.ts';
import type { ConnectionMeans } from './account-store.ts';
import { callbackAddress } from './callback-address.ts';
import type { BeginSignInRequest, CompleteSignInRequest, SignedInAccount } from './contract.ts';
import { callOnce, tryAccount } from './try-account.ts';

/** What signing in takes. */
export interface SignInMeans extends ConnectionMeans {
  /** Where browsers reach this installation. */
  readonly publicUrl: string;
}

/** Minutes are enough to sign in, and little enough for a link that leaked. */
const VALID_MINUTES = 10;

interface Departure {
  readonly connector: ConnectorDefinition;
  readonly authScheme: string;
  readonly name: string;
  readonly values: ConnectionValues;
}

/** What waits, sealed, until the person is back. */
interface SealedForm {
  readonly values: ConnectionValues;
  /** When what was entered ends; null is not known, absent keeps what is stored. */
  readonly expiresAt?: string | null;
}

/** Remembers who leaves with what, and gives the address to send them to. Throws `invalid` for a form that is not complete. */
export async function beginSignIn(means: SignInMeans, request: BeginSignInRequest): Promise<{ authorizeUrl: string }> {
  const { connector, authScheme, name, values } = await departureOf(means, request);
  const form: SealedForm = { values, ...(request.expiresAt === undefined ? {} : { expiresAt: request.expiresAt }) };
  const oauth = requireSignIn(connector, authScheme);
  const state = randomBytes(32).toString('base64url');
  const verifier = randomBytes(32).toString('base64url');
  const stateHash = hashOf(state);
  // Before anything is stored: it throws for an address or a key that cannot be.
  const authorizeUrl = oauth.authorizeUrl(values, {
    redirectUri: callbackAddress(means.publicUrl),
    state,
    codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
  });
  await means.db.pool.query(`DELETE FROM pending_sign_in WHERE expires_at < now() - interval '1 day'`);
  await means.db.pool.query(
    `INSERT INTO pending_sign_in(state_hash, workspace_id, user_id, connection_id, connector, auth_scheme, name, sealed, key_id, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() + make_interval(mins => $10))`,
    [
      stateHash,
      request.workspaceId,
      request.userId,
      'id' in request ? request.id : null,
      connector.id,
      authScheme,
      name,
      means.box.seal({ verifier, form: JSON.stringify(form) }, { workspaceId: request.workspaceId, connectionId: stateHash }),
      means.box.keyId,
      VALID_MINUTES,
    ],
  );
  return { authorizeUrl };
}

async function departureOf(means: SignInMeans, request: BeginSignInRequest): Promise<Departure> {
  if ('id' in request) {
    const { connector, authScheme, name, values: old } = await readAccount(means, request);
    const values = changeForm(connector, authScheme, { old, values: request.values ?? {} });
    return { connector, authScheme, name: nameOf(request.name ?? name), values };
  }
  const connector = means.connectors.get(request.connector);
  const values = checkForm(connector, request.authScheme, request.values);
  return { connector, authScheme: request.authScheme, name: nameOf(request.name), values };
}

interface Row {
  connection_id: string | null;
  connector: string;
  auth_scheme: string;
  name: string;
  sealed: Buffer;
  is_valid: boolean;
}

/**
 * Redeems what the person came back with and stores the account. A state is taken once, and only for who left with it.
 * Throws `invalid` for a state that is unknown, used or too old, and what the vendor refuses in words.
 */
export async function completeSignIn(means: SignInMeans, request: CompleteSignInRequest): Promise<SignedInAccount> {
  const { workspaceId } = request;
  const stateHash = hashOf(request.state);
  const { rows } = await means.db.pool.query<Row>(
    `DELETE FROM pending_sign_in WHERE state_hash = $1 AND workspace_id = $2 AND user_id = $3
     RETURNING connection_id, connector, auth_scheme, name, sealed, expires_at > now() AS is_valid`,
    [stateHash, workspaceId, request.userId],
  );
  const row = rows[0];
  if (!row) throw invalid('sign_in_unknown', 'This sign-in is not known here, or it was used before. Start it again from the connection.');
  if (!row.is_valid)
    throw invalid('sign_in_expired', `This sign-in took longer than ${VALID_MINUTES} minutes. Start it again from the connection.`);
  const connector = means.connectors.get(row.connector);
  const oauth = requireSignIn(connector, row.auth_scheme);
  const { verifier = '', form = '' } = means.box.open(row.sealed, { workspaceId, connectionId: stateHash });
  // A worker of before an upgrade has sealed it another way.
  if (form === '') throw invalid('sign_in_unknown', 'This sign-in was begun before an upgrade. Start it again from the connection.');
  // Sealed by `beginSignIn`.
  const { values: before, expiresAt } = JSON.parse(form) as SealedForm;
  const id = row.connection_id ?? newId();
  const answer = { code: request.code, redirectUri: callbackAddress(means.publicUrl), codeVerifier: verifier };
  const obtained = await callOnce(
    means,
    { id, connector, values: withoutObtained(oauth, before) },
    {
      work: (context) => oauth.exchangeCode(context, withoutObtained(oauth, before), answer),
    },
  );
  const { check, values } = await tryAccount(means, { id, connector, values: { ...before, ...obtained } });
  const account = { connector, authScheme: row.auth_scheme, name: row.name, values, check, expiresAt };
  if (row.connection_id === null) await insertAccount(means, { workspaceId, id }, account);
  else await replaceAccount(means, { workspaceId, id }, account);
  return { id, name: row.name, check, saved: true };
}

/** A code is redeemed where the person signed in, whatever an earlier sign-in has found. */
function withoutObtained(oauth: OAuthDefinition, values: ConnectionValues): ConnectionValues {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !oauth.obtained.includes(name)));
}

function requireSignIn(connector: ConnectorDefinition, schemeId: string): OAuthDefinition {
  const oauth = signInOf(connector, schemeId);
  if (oauth) return oauth;
  throw invalid('sign_in_not_offered', `"${schemeOf(connector, schemeId).title}" needs no sign-in: fill in its form.`);
}

function hashOf(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}
