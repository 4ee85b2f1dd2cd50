/**
 * The form of an account: which fields it has, and which of its values are secret.
 */
import { authSchemes, publicValues } from '@weft/connector-kit';
import type { AuthSchemeInfo, ConnectionValues, ConnectorDefinition, OAuthDefinition } from '@weft/connector-kit';
import { invalid } from '@weft/errors';

/** A way to connect. Throws `invalid` when the connector has none of this name. */
export function schemeOf(connector: ConnectorDefinition, id: string): AuthSchemeInfo {
  const scheme = authSchemes(connector).find((candidate) => candidate.id === id);
  if (scheme) return scheme;
  throw invalid('auth_scheme_unknown', `${connector.title} has no way to connect called "${id}".`);
}

/** The browser sign-in of a way to connect; undefined when its form alone is enough. */
export function signInOf(connector: ConnectorDefinition, schemeId: string): OAuthDefinition | undefined {
  return connector.oauth?.scheme.id === schemeId ? connector.oauth : undefined;
}

/** The values of the form's own fields, trimmed. Throws `invalid` with an issue per missing field. */
export function checkForm(connector: ConnectorDefinition, schemeId: string, values: ConnectionValues): Record<string, string> {
  const { fields } = schemeOf(connector, schemeId);
  const entries = fields.map((field) => [field.name, (values[field.name] ?? field.initial ?? '').trim()] as const);
  const filled = Object.fromEntries(entries.filter(([, value]) => value !== ''));
  const missing = fields.filter((field) => field.required && filled[field.name] === undefined);
  if (missing.length === 0) return filled;
  const issues = missing.map((field) => ({ path: `values.${field.name}`, message: `${field.label} is needed.` }));
  throw invalid('form_incomplete', `Fill in ${missing.map((field) => field.label).join(', ')}.`, issues);
}

/**
 * The values after a change. Secrets that are left out or empty stay, and so does what a sign-in has obtained: it stands in no
 * field.
 */
export function changeForm(
  connector: ConnectorDefinition,
  schemeId: string,
  change: { readonly old: ConnectionValues; readonly values: ConnectionValues },
): Record<string, string> {
  const secrets = new Set(schemeOf(connector, schemeId).fields.flatMap((field) => (field.kind === 'secret' ? [field.name] : [])));
  const changes = Object.entries(change.values).filter(([name, value]) => value !== '' || !secrets.has(name));
  const obtained = new Set(signInOf(connector, schemeId)?.obtained);
  const kept = Object.entries(change.old).filter(([name]) => obtained.has(name));
  return { ...Object.fromEntries(kept), ...checkForm(connector, schemeId, { ...change.old, ...Object.fromEntries(changes) }) };
}

/** The values that are stored sealed. */
export function secretsOf(connector: ConnectorDefinition, values: ConnectionValues): Record<string, string> {
  const shown = publicValues(connector, values);
  return Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(shown, name)));
}

/** The name of an account, trimmed. Throws `invalid` for an empty one. */
export function nameOf(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw invalid('name_missing', 'Give the connection a name.', [{ path: 'name', message: 'A name is needed.' }]);
  return trimmed.slice(0, 200);
}
