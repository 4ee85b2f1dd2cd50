'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { CopyButton, Field, Input } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';

/** The address to enter in the vendor's app before anybody can sign in, to be copied. */
export function CallbackAddress({ vendor }: { vendor: string }): ReactNode {
  const trpc = useTRPC();
  const address = useQuery({ ...trpc.connections.callbackAddress.queryOptions(), staleTime: Infinity }).data ?? '';
  return (
    <Field
      label="Callback address"
      hint={`Enter it, exactly so, as the callback URL of the app in ${vendor}. You come back to it after signing in.`}
    >
      <div className="flex items-center gap-2">
        <Input readOnly value={address} className="flex-1" data-testid="callback-address" />
        <CopyButton text={address} label="Copy" />
      </div>
    </Field>
  );
}
