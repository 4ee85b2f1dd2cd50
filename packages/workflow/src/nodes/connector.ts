import { findOperation } from '../catalog.ts';
import type { ConnectorNode } from '../document.ts';
import { ERROR, NEXT } from './kind.ts';
import type { KindShape } from './kind.ts';

export const connectorShape: KindShape<ConnectorNode> = {
  title: (node, catalog) => findOperation(catalog, node.connector, node.operation)?.title ?? node.operation,
  summary: (node, catalog) => `in ${catalog.connector(node.connector)?.title ?? node.connector}`,
  ports: () => [NEXT, ERROR],
  resolved: (node) => [{ path: 'input', value: node.input }],
  check: () => [],
};
