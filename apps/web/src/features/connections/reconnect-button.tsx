'use client';

import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, toast } from '@weft/ui';
import type { RouterOutputs } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { useConnectors } from '../templates/use-connectors.ts';
import { ConnectionDialog } from './connection-dialog.tsx';
import { useSignIn } from './use-sign-in.ts';

/** Makes an account work again: at the vendor's sign-in page where there is one, else with new keys. */
export function ReconnectButton({ connection }: { connection: RouterOutputs['connections']['list'][number] }): ReactNode {
  const connector = useConnectors().get(connection.connector);
  const signIn = useSignIn();
  const [isOpen, setOpen] = useState(false);
  const isSignIn = connector?.auth.find(({ id }) => id === connection.authScheme)?.signIn === 'browser';
  if (isSignIn)
    return (
      <Button
        size="small"
        variant="primary"
        isBusy={signIn.isPending}
        onClick={() => signIn.mutate({ id: connection.id }, { onError: (error) => void toast.error(errorMessage(error)) })}
        data-testid="sign-in-again"
      >
        Sign in again
      </Button>
    );
  return (
    <>
      <Button size="small" variant="primary" onClick={() => setOpen(true)} data-testid="reconnect">
        Reconnect
      </Button>
      {isOpen ? <ConnectionDialog existing={connection} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
