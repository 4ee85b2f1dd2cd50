/** The part of JSON Schema that operations describe their outputs with, checked against a value. */

type Schema = Readonly<Record<string, unknown>>;

/** Where a value does not fit its schema, as sentences; none means it fits. */
export function misfits(schema: Schema, value: unknown, path = 'it'): string[] {
  const types = [schema['type'] ?? []].flat() as string[];
  if (types.length > 0 && !types.some((type) => isOfType(type, value)))
    return [`${path} is ${typeName(value)}, not ${types.join(' or ')}.`];
  const allowed = schema['enum'];
  if (Array.isArray(allowed) && !allowed.includes(value)) return [`${path} is ${JSON.stringify(value)}, not one of ${allowed.join(', ')}.`];
  if (Array.isArray(value)) {
    const items = schema['items'] as Schema | undefined;
    return items === undefined ? [] : value.flatMap((item, at) => misfits(items, item, `${path}[${at}]`));
  }
  if (typeof value !== 'object' || value === null) return [];
  const properties = schema['properties'] as Readonly<Record<string, Schema>> | undefined;
  if (properties === undefined) return [];
  const members = value as Readonly<Record<string, unknown>>;
  return [
    ...Object.entries(properties).flatMap(([name, member]) =>
      members[name] === undefined ? [] : misfits(member, members[name], `${path}.${name}`),
    ),
    ...missing(schema, members).map((name) => `${path}.${name} is missing.`),
  ];
}

/** Members by which the top level differs from what is declared: both ways, for people map from one and meet the other. */
export function undeclared(schema: Schema, value: unknown): string[] {
  const properties = schema['properties'] as Schema | undefined;
  if (properties === undefined || typeof value !== 'object' || value === null) return [];
  return [
    ...Object.keys(value).flatMap((name) => (name in properties ? [] : [`it has "${name}", which the output does not declare.`])),
    ...Object.keys(properties).flatMap((name) => (name in value ? [] : [`it lacks "${name}", which the output declares.`])),
  ];
}

function missing(schema: Schema, members: Readonly<Record<string, unknown>>): string[] {
  return ((schema['required'] ?? []) as string[]).filter((name) => members[name] === undefined);
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return typeName(value) === type;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
