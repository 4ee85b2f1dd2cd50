/**
 * A trigger of a connector, called with its account.
 */
import { createCallContext } from '@weft/connector-kit';
import type { CallContext, ConnectorDefinition, EgressPolicy } from '@weft/connector-kit';
import { WeftError } from '@weft/errors';
import type { ConnectorRegistry } from '../adapters/connector-registry.ts';
import type { OpenConnections } from '../adapters/open-connections.ts';
import type { VendorCallsStore } from '../adapters/vendor-calls.ts';

/** What calling connectors takes. */
export interface CallMeans {
  readonly connectors: ConnectorRegistry;
  readonly connections: OpenConnections;
  readonly calls: VendorCallsStore;
  readonly policy: EgressPolicy;
}

/** A connector and the context of one call of it. */
export interface ConnectorCall {
  readonly connector: ConnectorDefinition;
  readonly context: CallContext;
}

/** Opens a call outside of any run: for triggers, look-ups and tests of accounts. */
export async function openCall(
  means: CallMeans,
  options: {
    readonly workspaceId: string;
    readonly connector: string;
    readonly connectionId?: string | undefined;
    readonly timeoutMs: number;
  },
): Promise<ConnectorCall> {
  const connector = means.connectors.get(options.connector);
  const connection =
    options.connectionId === undefined ? undefined : await means.connections.open(options.workspaceId, options.connectionId);
  if (connection && connection.connector.id !== connector.id) {
    throw new WeftError({
      class: 'invalid',
      code: 'connection_wrong',
      message: `"${connection.name}" is no account of ${connector.title}.`,
    });
  }
  const calls = connection && means.calls.of(connector, connection);
  const { context } = createCallContext({
    connector,
    connection: connection?.handle,
    policy: means.policy,
    signal: AbortSignal.timeout(options.timeoutMs),
    ...(calls ? { limiter: calls.limiter } : {}),
  });
  return { connector, context };
}
