/**
 * A field as the entity tables write it: `name[!~+]:type`.
 * `!` required · `~` read-only (ignored in writes) · `+` accepted on create, never returned.
 * Types: string(max) · int · number · bool · date · A|B|C (enum) · @entity (reference) · @ (reference to something not
 * modelled) · []items · []types · []strings · []json (kept as given).
 */
export interface Field {
  name: string;
  type: 'string' | 'int' | 'number' | 'bool' | 'date' | 'enum' | 'ref' | 'items' | 'types' | 'strings' | 'json';
  max?: number;
  values?: string[];
  entity?: string;
  isRequired: boolean;
  isReadOnly: boolean;
  isWriteOnly: boolean;
}

/** Reads a field table. */
export function fields(table: string): Record<string, Field> {
  const result: Record<string, Field> = {};
  for (const token of table.trim().split(/\s+/)) {
    const match = /^(\w+)([!~+]*):(.+)$/.exec(token);
    if (!match) throw new Error(`Bad field in entity table: ${token}`);
    const [, name = '', flags = '', type = ''] = match;
    result[name] = {
      name,
      ...typeOf(type),
      isRequired: flags.includes('!'),
      isReadOnly: flags.includes('~'),
      isWriteOnly: flags.includes('+'),
    };
  }
  return result;
}

function typeOf(type: string): Pick<Field, 'type' | 'max' | 'values' | 'entity'> {
  const sized = /^string\((\d+)\)$/.exec(type);
  if (sized) return { type: 'string', max: Number(sized[1]) };
  if (type.startsWith('@')) return type === '@' ? { type: 'ref' } : { type: 'ref', entity: type.slice(1) };
  if (type.startsWith('[]')) return { type: type.slice(2) as 'items' | 'types' | 'strings' | 'json' };
  if (type.includes('|')) return { type: 'enum', values: type.split('|') };
  return { type: type as 'string' | 'int' | 'number' | 'bool' | 'date' };
}
