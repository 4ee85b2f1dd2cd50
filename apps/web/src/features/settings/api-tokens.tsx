'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import {
  Badge,
  Button,
  ConfirmDialog,
  EmptyState,
  ErrorNote,
  RelativeTime,
  Skeleton,
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
import { NewTokenDialog } from './new-token-dialog.tsx';

type TokenRowData = RouterOutputs['tokens']['list'][number];

/** The bearer tokens of the REST API. */
export function ApiTokens(): ReactNode {
  const trpc = useTRPC();
  const [isAdding, setAdding] = useState(false);
  const tokens = useQuery(trpc.tokens.list.queryOptions());
  return (
    <section className="px-7 py-6">
      <div className="mb-4 flex items-end justify-between gap-6">
        <div>
          <h2 className="text-section">API tokens</h2>
          <p className="mt-0.5 text-text-2">
            A program that sends one as <code className="text-code">Authorization: Bearer …</code> may do what the token’s role may.{' '}
            <a href="/api/v1/openapi.json" target="_blank" rel="noreferrer" className="text-accent-text underline underline-offset-2">
              OpenAPI document
            </a>
          </p>
        </div>
        <Button variant="primary" icon={<Plus aria-hidden />} onClick={() => setAdding(true)} data-testid="new-token">
          New token
        </Button>
      </div>
      {tokens.error ? <ErrorNote message={errorMessage(tokens.error)} onRetry={() => void tokens.refetch()} /> : null}
      {tokens.isPending ? <Skeleton className="h-9" /> : null}
      {tokens.data?.length === 0 ? (
        <EmptyState picture={<KeyRound aria-hidden className="size-9" strokeWidth={1.2} />} title="No tokens yet">
          Make one for each program, so that it can be revoked alone.
        </EmptyState>
      ) : null}
      {tokens.data && tokens.data.length > 0 ? (
        <div className="overflow-hidden rounded-card border border-border">
          <Table>
            <TableHead>
              <tr>
                <TableHeader>Name</TableHeader>
                <TableHeader>Role</TableHeader>
                <TableHeader>Created</TableHeader>
                <TableHeader>Last used</TableHeader>
                <TableHeader isNumber>
                  <span className="sr-only">Acts</span>
                </TableHeader>
              </tr>
            </TableHead>
            <tbody>
              {tokens.data.map((token) => (
                <TokenRow key={token.id} token={token} />
              ))}
            </tbody>
          </Table>
        </div>
      ) : null}
      {isAdding ? <NewTokenDialog onClose={() => setAdding(false)} /> : null}
    </section>
  );
}

function TokenRow({ token }: { token: TokenRowData }): ReactNode {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const revoke = useMutation(
    trpc.tokens.revoke.mutationOptions({
      onSuccess: () => {
        setAsking(false);
        toast.success(`Revoked ${token.name}`);
      },
      onError: (error) => void toast.error(errorMessage(error)),
      onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.tokens.list.queryKey() }),
    }),
  );
  return (
    <TableRow data-testid="token-row">
      <TableCell className="font-medium">{token.name}</TableCell>
      <TableCell className="text-text-2">{token.role}</TableCell>
      <TableCell className="text-text-2">
        <RelativeTime at={token.createdAt} />
      </TableCell>
      <TableCell className="text-text-2">
        {token.lastUsedAt ? <RelativeTime at={token.lastUsedAt} /> : <span className="text-text-3">never</span>}
      </TableCell>
      <TableCell isNumber>
        {token.revokedAt ? (
          <Badge>Revoked</Badge>
        ) : (
          <Button size="small" variant="danger" onClick={() => setAsking(true)}>
            Revoke
          </Button>
        )}
        <ConfirmDialog
          isOpen={isAsking}
          onOpenChange={setAsking}
          title={`Revoke “${token.name}”?`}
          description="The program that uses it is refused from now on. This cannot be taken back."
          action="Revoke token"
          isBusy={revoke.isPending}
          onConfirm={() => revoke.mutate({ id: token.id })}
        />
      </TableCell>
    </TableRow>
  );
}
