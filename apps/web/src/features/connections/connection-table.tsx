'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CalendarClock, Ellipsis, KeyRound, Trash2 } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { ReactNode } from 'react';
import {
  Badge,
  Button,
  ConfirmDialog,
  ConnectorTile,
  DropdownMenu,
  ErrorNote,
  IconButton,
  RelativeTime,
  Table,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  toast,
} from '@weft/ui';
import type { RouterOutputs } from '../../trpc/client.tsx';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { useConnectors } from '../templates/use-connectors.ts';
import { accountEnd } from './account-end.ts';
import { accountState, TONE_TEXT } from './account-state.ts';
import { AccountUsage } from './account-usage.tsx';
import { ConnectionDialog } from './connection-dialog.tsx';
import { ReconnectButton } from './reconnect-button.tsx';
import { UsedBy } from './used-by.tsx';

/** One connected account. */
export type ConnectionRowData = RouterOutputs['connections']['list'][number];

/** The accounts with their health and who uses them. */
export function ConnectionTable({ connections }: { connections: readonly ConnectionRowData[] }): ReactNode {
  return (
    <Table className="table-fixed border-t border-border">
      <TableHead>
        <tr>
          <TableHeader className="w-[22%]">Connection</TableHeader>
          <TableHeader className="w-[23%]">Account</TableHeader>
          <TableHeader>State</TableHeader>
          <TableHeader className="w-[18%]">Used by</TableHeader>
          <TableHeader isNumber className="w-52">
            <span className="sr-only">Acts</span>
          </TableHeader>
        </tr>
      </TableHead>
      <tbody>
        {connections.map((connection) => (
          <ConnectionRow key={connection.id} connection={connection} />
        ))}
      </tbody>
    </Table>
  );
}

function ConnectionRow({ connection }: { connection: ConnectionRowData }): ReactNode {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const connector = useConnectors().get(connection.connector);
  const [dialog, setDialog] = useState<'edit' | 'delete' | undefined>(undefined);
  const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: trpc.connections.list.queryKey() });
  const test = useMutation(
    trpc.connections.test.mutationOptions({
      onSuccess: (check) => void (check.ok ? toast.success(`${connection.name} answers: ${check.account}`) : toast.error(check.message)),
      onError: (error) => void toast.error(errorMessage(error)),
      onSettled: refresh,
    }),
  );
  const isSignIn = connector?.auth.find(({ id }) => id === connection.authScheme)?.signIn === 'browser';
  const remove = useMutation(
    trpc.connections.delete.mutationOptions({
      onSuccess: () => {
        setDialog(undefined);
        toast.success(`Removed ${connection.name}`);
      },
      onSettled: refresh,
    }),
  );
  return (
    <TableRow data-testid="connection-row">
      <TableCell className="h-14">
        <span className="flex items-center gap-3">
          <ConnectorTile icon={connector?.icon} />
          <span className="min-w-0">
            <span className="flex items-center gap-2 font-medium">
              <span className="line-clamp-2 [overflow-wrap:anywhere]" title={connection.name}>
                {connection.name}
              </span>
              {connection.isDemo ? <Badge tone="accent">Demo</Badge> : null}
            </span>
            <span className="block text-help text-text-3">{connector?.title ?? connection.connector}</span>
          </span>
        </span>
      </TableCell>
      <TableCell className="text-text-2">
        <span className="block [overflow-wrap:anywhere]">{connection.accountLabel ?? ''}</span>
        {connection.usage ? <AccountUsage usage={connection.usage} /> : null}
      </TableCell>
      <TableCell>
        <Health connection={connection} />
      </TableCell>
      <TableCell className="text-text-2">
        <UsedBy usedBy={connection.usedBy} account={connection.name} />
      </TableCell>
      <TableCell isNumber>
        <span className="flex items-center justify-end gap-1.5">
          {connection.status === 'reconnect' || (isSignIn && connection.status === 'failed') ? (
            <ReconnectButton connection={connection} />
          ) : null}
          <Button size="small" isBusy={test.isPending} onClick={() => test.mutate({ id: connection.id })} data-testid="test-connection">
            Test
          </Button>
          <DropdownMenu
            trigger={
              <IconButton label={`Acts for ${connection.name}`} size="small">
                <Ellipsis aria-hidden />
              </IconButton>
            }
            entries={[
              { label: 'Rename or change keys', icon: <KeyRound aria-hidden />, onSelect: () => setDialog('edit') },
              'line',
              { label: 'Remove', icon: <Trash2 aria-hidden />, isDanger: true, onSelect: () => setDialog('delete') },
            ]}
          />
        </span>
        {dialog === 'edit' ? <ConnectionDialog existing={connection} onClose={() => setDialog(undefined)} /> : null}
        <ConfirmDialog
          isOpen={dialog === 'delete'}
          onOpenChange={() => {
            remove.reset();
            setDialog(undefined);
          }}
          title={`Remove “${connection.name}”?`}
          description={
            connection.usedBy.length > 0
              ? connection.usedBy.length === 1
                ? '1 workflow uses it; give it another account first.'
                : `${connection.usedBy.length} workflows use it; give them another account first.`
              : 'No workflow uses it. Its keys are deleted from this server.'
          }
          action="Remove connection"
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate({ id: connection.id })}
        >
          {remove.error ? <ErrorNote message={errorMessage(remove.error)} /> : null}
        </ConfirmDialog>
      </TableCell>
    </TableRow>
  );
}

function Health({ connection }: { connection: ConnectionRowData }): ReactNode {
  const { word, icon: Icon, tone, blocks } = accountState(connection.status);
  const end = accountEnd(connection.expiresAt, Date.now());
  const { waitingRuns } = connection;
  return (
    <span className="block text-help">
      <span className="flex items-center gap-2">
        <span className={`flex items-center gap-1.5 font-medium ${TONE_TEXT[tone]}`}>
          <Icon aria-hidden className="size-3.5" />
          {word}
        </span>
        {tone !== 'idle' && connection.checkedAt ? (
          <span className="text-text-3">
            checked <RelativeTime at={connection.checkedAt} />
          </span>
        ) : null}
      </span>
      {tone === 'fail' ? (
        <span className="mt-0.5 block text-text-2 [overflow-wrap:anywhere]">
          {[connection.statusMessage, blocks].filter(Boolean).join(' ')}
          {waitingRuns > 0 ? (
            <>
              {' '}
              <Link href="/runs?status=waiting" className="font-medium text-accent-text hover:underline" data-testid="waiting-runs">
                {waitingRuns === 1 ? '1 run waits' : `${waitingRuns.toLocaleString('en')} runs wait`}
              </Link>
            </>
          ) : null}
        </span>
      ) : null}
      {end ? (
        <span className={`mt-0.5 flex items-center gap-1.5 ${end.isSoon ? 'text-warn' : 'text-text-3'}`} data-testid="account-end">
          <CalendarClock aria-hidden className="size-3.5 shrink-0" />
          {end.words}
        </span>
      ) : null}
    </span>
  );
}
