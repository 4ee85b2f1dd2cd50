/** A connector as pure JSON: what the editor, the database and validation know of it. */
import { authSchemes } from './auth-schemes.ts';
import type { AuthSchemeInfo, ConnectorDefinition, OperationDefinition } from './connector.ts';
import type { PropertyInfo } from './property.ts';

/** One operation without its code. */
export interface OperationManifest {
  readonly id: string;
  readonly kind: 'action' | 'trigger';
  readonly title: string;
  readonly summary: string;
  readonly needsConnection: boolean;
  /** `read` never changes anything at the vendor; `none` does not call one, such as a list tool. */
  readonly access: 'read' | 'write' | 'none';
  readonly properties: readonly PropertyInfo[];
  readonly output?: Readonly<Record<string, unknown>>;
  readonly sample?: unknown;
  /** Its items can be read page by page; `without`: properties that mean nothing then. */
  readonly paged?: { readonly without: readonly string[] };
  readonly trigger?: { readonly mode: 'poll' | 'webhook' | 'push' | 'schedule' | 'manual' | 'call' | 'failure' };
}

/** A connector without its code. Connectors from other sources give the same shape with another `source`. */
export interface NativeManifest {
  readonly id: string;
  readonly version: string;
  readonly source: 'native';
  readonly title: string;
  readonly summary: string;
  readonly icon: { readonly glyph: string; readonly color: string };
  readonly category: ConnectorDefinition['category'];
  readonly auth: readonly AuthSchemeInfo[];
  readonly operations: readonly OperationManifest[];
}

/** Makes the manifest of a connector: plain JSON, safe to store and to send to a browser. */
export function toManifest(definition: ConnectorDefinition): NativeManifest {
  const { id, version, title, summary, icon, category, operations } = definition;
  const auth = authSchemes(definition);
  // Through JSON, so that what is stored later cannot differ from what is given here.
  return JSON.parse(
    JSON.stringify({ id, version, source: 'native', title, summary, icon, category, auth, operations: operations.map(operationManifest) }),
  ) as NativeManifest;
}

function operationManifest(operation: OperationDefinition): OperationManifest {
  const { id, kind, title, summary, needsConnection, properties, output, sample } = operation;
  return {
    id,
    kind,
    title,
    summary,
    needsConnection,
    access: accessOf(operation),
    properties,
    ...(output === undefined ? {} : { output }),
    ...(sample === undefined ? {} : { sample }),
    ...(operation.kind === 'action' && operation.paged ? { paged: { without: operation.paged.without } } : {}),
    ...(operation.kind === 'trigger' ? { trigger: { mode: operation.mode } } : {}),
  };
}

/** A trigger reads when it asks the vendor or is told by it; the others and pure actions touch no vendor. */
function accessOf(operation: OperationDefinition): OperationManifest['access'] {
  if (operation.kind === 'action') return operation.safety === 'pure' ? 'none' : operation.safety === 'read' ? 'read' : 'write';
  return operation.mode === 'poll' || operation.mode === 'push' ? 'read' : 'none';
}
