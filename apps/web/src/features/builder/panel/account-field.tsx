'use client';
/** Which account a node uses: the slot of its connector, bound to a connection. */
import { ConnectorTile, Select } from '@weft/ui';
import Link from 'next/link';
import { accountState } from '../../connections/account-state.ts';
import { ReconnectButton } from '../../connections/reconnect-button.tsx';
import type { ConnectionSummary } from '../state/api-types.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { useDocument } from '../state/use-draft.tsx';

/** The connection a slot is bound to. */
export function useSlotConnection(slot: string | undefined): string | undefined {
  const { bindings } = useBuilder();
  return slot === undefined ? undefined : bindings[slot];
}

export function AccountField({ slot }: { readonly slot: string }) {
  const { connections, bindings, bind, catalog } = useBuilder();
  const document = useDocument();
  const connectorId = document.slots[slot]?.connector ?? '';
  const connector = catalog.connector(connectorId);
  const fitting = connections.filter((connection) => connection.connector === connectorId);
  const chosen = fitting.find((connection) => connection.id === bindings[slot]);
  if (fitting.length === 0) {
    return (
      <div className="account" data-empty>
        <ConnectorTile icon={connector?.icon} size="medium" />
        <span className="account-words">No {connector?.title ?? connectorId} account is connected.</span>
        <Link className="account-link" href={`/connections?add=${connectorId}`}>
          Connect
        </Link>
      </div>
    );
  }
  return (
    <div className="account">
      <ConnectorTile icon={connector?.icon} size="medium" />
      <div className="account-words">
        <Select
          aria-label="Account"
          data-testid={`account-${slot}`}
          className="account-select"
          value={chosen?.id}
          placeholder="Choose an account"
          options={fitting.map((connection) => ({ value: connection.id, label: connection.name }))}
          onValueChange={(id) => bind(slot, id)}
        />
        {chosen !== undefined && <span className="account-line">{chosen.accountLabel ?? connector?.title}</span>}
      </div>
      {chosen !== undefined && <Health connection={chosen} />}
    </div>
  );
}

/** How an account stands, in a word; one that does not work says why below, and how to mend it. */
export function Health({ connection }: { readonly connection: ConnectionSummary }) {
  const { word, icon: Icon, tone, blocks } = accountState(connection.status);
  return (
    <>
      <span className="account-health" data-tone={tone}>
        <Icon size={14} aria-hidden />
        {word}
      </span>
      {tone === 'fail' && (
        <div className="account-trouble">
          <p>{[connection.statusMessage, blocks].filter(Boolean).join(' ')}</p>
          {connection.status === 'reconnect' && <ReconnectButton connection={connection} />}
        </div>
      )}
    </>
  );
}
