import { WeftError } from '@weft/errors';
import type { ConnectorDefinition } from '@weft/connector-kit';

/** The connectors of a worker, by id. */
export interface ConnectorRegistry {
  readonly all: readonly ConnectorDefinition[];
  /** Throws `notFound` for a connector this worker does not have. */
  get(id: string): ConnectorDefinition;
}

/** Makes a registry. */
export function createConnectorRegistry(connectors: readonly ConnectorDefinition[]): ConnectorRegistry {
  const byId = new Map(connectors.map((connector) => [connector.id, connector]));
  return {
    all: connectors,
    get: (id) => {
      const connector = byId.get(id);
      if (connector) return connector;
      throw new WeftError({ class: 'notFound', code: 'connector_unknown', message: `This Weft has no connector "${id}".` });
    },
  };
}
