import { findOperation } from '../catalog.ts';
import type { TriggerNode } from '../document.ts';
import { callFieldSchema, isCalledTrigger } from './called.ts';
import { NEXT } from './kind.ts';
import type { KindShape, NodeFinding } from './kind.ts';

export const triggerShape: KindShape<TriggerNode> = {
  title: (node, catalog) => findOperation(catalog, node.connector, node.operation)?.title ?? node.operation,
  summary: (node, catalog) => `in ${catalog.connector(node.connector)?.title ?? node.connector}`,
  ports: () => [NEXT],
  // A trigger's input is read when it is switched on, long before there is a run: it may use `config` only.
  resolved: (node) => [{ path: 'input', value: node.input }],
  check: (node) => (isCalledTrigger(node) ? checkFields(node.input['fields']) : []),
};

/** The fields that callers fill in are part of the document, so a wrong one is found before anybody calls. */
function checkFields(fields: unknown): NodeFinding[] {
  if (fields === undefined || fields === null) return [];
  if (!Array.isArray(fields)) return [wrongField('input.fields', 'The fields have to be a list.')];
  const seen = new Set<string>();
  return fields.flatMap((field, index) => {
    const path = `input.fields.${index}`;
    const { data, error } = callFieldSchema.safeParse(field);
    if (!data)
      return [wrongField(path, `${error.issues[0]?.path.join('.') ?? 'The field'}: ${error.issues[0]?.message ?? 'is not right'}.`)];
    if (seen.has(data.name)) return [wrongField(`${path}.name`, `Two fields are called “${data.name}”; rename one of them.`)];
    seen.add(data.name);
    return [];
  });
}

function wrongField(path: string, message: string): NodeFinding {
  return { severity: 'error', path, code: 'wrong_field', message };
}
