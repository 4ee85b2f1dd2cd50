'use client';
/** The account of a node that can do without one: none, one that is connected, or a new one. */
import { Button, ConnectorTile, Select } from '@weft/ui';
import type { ConnectorManifest, ConnectorNode, TriggerNode } from '@weft/workflow';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { withAccount, withoutAccount } from '../../canvas/document/account-slot.ts';
import { ConnectionDialog } from '../../connections/connection-dialog.tsx';
import type { PrefilledConnection } from '../../connections/connection-dialog.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { useDraftStore } from '../state/use-draft.tsx';
import { Health, useSlotConnection } from './account-field.tsx';

const NONE = 'none';

interface OptionalAccountFieldProps {
  readonly node: ConnectorNode | TriggerNode;
  readonly connector: ConnectorManifest;
}

export function OptionalAccountField({ node, connector }: OptionalAccountFieldProps) {
  const { connections } = useBuilder();
  const store = useDraftStore();
  const boundId = useSlotConnection(node.slot);
  const choose = useChooseAccount(node, connector);
  const [isConnecting, setConnecting] = useState(false);
  const fitting = connections.filter((connection) => connection.connector === connector.id);
  const chosen = fitting.find((connection) => connection.id === boundId);
  const leave = () => store.apply({ name: 'Took the account away', change: (current) => withoutAccount(current, node.id) });
  return (
    <div className="account" data-testid="optional-account">
      <ConnectorTile icon={connector.icon} size="medium" />
      <div className="account-words">
        <Select
          aria-label="Account"
          className="account-select"
          // A slot that is bound to nothing is an account that is still to be chosen.
          value={node.slot === undefined ? NONE : chosen?.id}
          placeholder="Choose an account"
          options={[
            { value: NONE, label: 'No account' },
            ...fitting.map((connection) => ({ value: connection.id, label: connection.name })),
          ]}
          onValueChange={(id) => (id === NONE ? leave() : choose(id))}
        />
        <span className="account-line">{chosen?.accountLabel ?? (node.slot === undefined ? 'For open services' : connector.title)}</span>
      </div>
      {chosen !== undefined && <Health connection={chosen} />}
      {chosen === undefined && (
        <Button size="small" variant="ghost" icon={<Plus aria-hidden />} onClick={() => setConnecting(true)}>
          Connect
        </Button>
      )}
      {isConnecting && <ConnectAccount node={node} connector={connector} onClose={() => setConnecting(false)} />}
    </div>
  );
}

interface ConnectAccountProps extends OptionalAccountFieldProps {
  readonly prefilled?: PrefilledConnection | undefined;
  onClose(): void;
}

/** Connects a new account and gives it to the node. */
export function ConnectAccount({ node, connector, prefilled, onClose }: ConnectAccountProps) {
  const choose = useChooseAccount(node, connector);
  return <ConnectionDialog initialConnector={connector.id} prefilled={prefilled} onClose={onClose} onCreated={choose} />;
}

/** Gives the node an account, in a slot that changes nobody else's. */
function useChooseAccount(node: ConnectorNode | TriggerNode, connector: ConnectorManifest): (connectionId: string) => void {
  const { bindings, bind } = useBuilder();
  const store = useDraftStore();
  return (connectionId) => {
    const { slot } = withAccount(store.document, node.id, { connector, connectionId, bindings });
    store.apply({
      name: 'Chose an account',
      change: (current) => withAccount(current, node.id, { connector, connectionId, bindings }).document,
    });
    if (bindings[slot] !== connectionId) bind(slot, connectionId);
  };
}
