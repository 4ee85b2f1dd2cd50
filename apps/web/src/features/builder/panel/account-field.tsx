'use client';
/** Which account a node uses: the slot of its connector, bound to a connection. */
import { ConnectorTile, Select } from '@weft/ui';
import { CircleAlert, CircleCheck, CircleHelp } from 'lucide-react';
import Link from 'next/link';
import { useBuilder } from '../state/builder-context.tsx';
import { useDocument } from '../state/use-draft.tsx';

const HEALTH = {
  ok: { icon: CircleCheck, word: 'Healthy', tone: 'ok' },
  failed: { icon: CircleAlert, word: 'Not working', tone: 'fail' },
  unknown: { icon: CircleHelp, word: 'Not checked', tone: 'idle' },
} as const;

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
      {chosen !== undefined && <Health status={chosen.status} message={chosen.statusMessage ?? undefined} />}
    </div>
  );
}

/** How an account does, in a word. */
export function Health({ status, message }: { readonly status: string; readonly message: string | undefined }) {
  const known =
    status === 'ok' || status === 'connected' || status === 'healthy'
      ? HEALTH.ok
      : status === 'failed' || status === 'error' || status === 'failing'
        ? HEALTH.failed
        : HEALTH.unknown;
  return (
    <span className="account-health" data-tone={known.tone} title={message}>
      <known.icon size={14} aria-hidden />
      {known.word}
    </span>
  );
}
