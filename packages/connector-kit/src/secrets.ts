/** Which values of a connection must never be seen. */
import { authSchemes } from './auth-schemes.ts';
import type { AuthFieldInfo, ConnectionValues, ConnectorDefinition } from './connector.ts';

/** Secret are fields of kind `secret`, whichever scheme they belong to, and what a sign-in obtains, unless it is a shown field too. */
export function secretValues(connector: ConnectorDefinition, values: ConnectionValues): string[] {
  const fields = fieldsOf(connector);
  const shown = new Set(fields.map((field) => field.name));
  const names = new Set([
    ...fields.filter((field) => field.kind === 'secret').map((field) => field.name),
    ...(connector.oauth?.obtained ?? []).filter((name) => !shown.has(name)),
  ]);
  return Object.entries(values).flatMap(([name, value]) => (names.has(name) && value !== '' ? [value] : []));
}

/** The values that may be shown: those of fields that are secret in no scheme. */
export function publicValues(connector: ConnectorDefinition, values: ConnectionValues): Record<string, string> {
  const known = fieldsOf(connector);
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name]) => known.some((field) => field.name === name) && !known.some((field) => field.name === name && field.kind === 'secret'),
    ),
  );
}

function fieldsOf(connector: ConnectorDefinition): readonly AuthFieldInfo[] {
  return authSchemes(connector).flatMap((scheme) => scheme.fields);
}
