'use client';

import { useMutation } from '@tanstack/react-query';
import { useTRPC } from '../../trpc/client.tsx';

/** Leaves this page for the vendor's sign-in page; the way back leads to the connections. */
export function useSignIn() {
  const trpc = useTRPC();
  return useMutation(
    trpc.connections.beginSignIn.mutationOptions({ onSuccess: ({ authorizeUrl }) => window.location.assign(authorizeUrl) }),
  );
}
