import { findOperation } from '../catalog.ts';
import type { TriggerNode } from '../document.ts';
import { NEXT } from './kind.ts';
import type { KindShape } from './kind.ts';

export const triggerShape: KindShape<TriggerNode> = {
  title: (node, catalog) => findOperation(catalog, node.connector, node.operation)?.title ?? node.operation,
  summary: (node, catalog) => `in ${catalog.connector(node.connector)?.title ?? node.connector}`,
  ports: () => [NEXT],
  // A trigger's input is read when it is switched on, long before there is a run: it may use `config` only.
  resolved: (node) => [{ path: 'input', value: node.input }],
  check: () => [],
};
