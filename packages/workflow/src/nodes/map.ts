import type { MapNode } from '../document.ts';
import { ERROR, NEXT } from './kind.ts';
import type { KindShape, NodeFinding } from './kind.ts';

export const mapShape: KindShape<MapNode> = {
  title: (node) => (node.target ? `Map to ${node.target.object}` : 'Map fields'),
  summary: (node) => (node.fields.length === 1 ? '1 field' : `${node.fields.length} fields`),
  ports: () => [NEXT, ERROR],
  resolved: (node) =>
    node.fields.flatMap((field, index) => [
      { path: `fields.${index}.from`, value: field.from },
      ...(field.default === undefined ? [] : [{ path: `fields.${index}.default`, value: field.default }]),
    ]),
  check: (node) => [...emptyMap(node), ...doubleTargets(node)],
};

function emptyMap(node: MapNode): NodeFinding[] {
  if (node.fields.length > 0) return [];
  return [
    { severity: 'warning', path: 'fields', code: 'empty_map', message: 'It maps no field, so its output is an empty object. Add a field.' },
  ];
}

function doubleTargets(node: MapNode): NodeFinding[] {
  const seen = new Set<string>();
  return node.fields.flatMap((field, index) => {
    if (!seen.has(field.to)) {
      seen.add(field.to);
      return [];
    }
    return [
      {
        severity: 'error' as const,
        path: `fields.${index}.to`,
        code: 'double_target',
        message: `“${field.to}” is written twice; remove one of the two rows.`,
      },
    ];
  });
}
