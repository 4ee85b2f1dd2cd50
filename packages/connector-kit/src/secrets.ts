/** Which values of a connection must never be seen. */
import type { ConnectionValues, ConnectorDefinition } from './connector.ts';

/** The values of all fields of kind `secret`, whichever scheme they belong to. */
export function secretValues(connector: ConnectorDefinition, values: ConnectionValues): string[] {
  const names = new Set(
    connector.auth.flatMap((scheme) => scheme.fields.filter((field) => field.kind === 'secret').map((field) => field.name)),
  );
  return Object.entries(values).flatMap(([name, value]) => (names.has(name) && value !== '' ? [value] : []));
}

/** The values that may be shown: all others. */
export function publicValues(connector: ConnectorDefinition, values: ConnectionValues): Record<string, string> {
  const known = connector.auth.flatMap((scheme) => scheme.fields);
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name]) => known.some((field) => field.name === name) && !known.some((field) => field.name === name && field.kind === 'secret'),
    ),
  );
}
