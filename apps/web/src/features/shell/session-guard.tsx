'use client';

import { useQueryClient } from '@tanstack/react-query';
import { usePathname, useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Dialog } from '@weft/ui';
import { isSignedOut } from '../../trpc/errors.ts';

/** Notices that the session ended while a page was open, and says so without taking the page away. */
export function SessionGuard(): ReactNode {
  const queryClient = useQueryClient();
  const router = useRouter();
  const path = usePathname();
  const [hasEnded, setEnded] = useState(false);
  useEffect(() => {
    const notice = (error: unknown): void => {
      if (isSignedOut(error)) setEnded(true);
    };
    const stopQueries = queryClient.getQueryCache().subscribe((event) => notice(event.query.state.error));
    const stopMutations = queryClient.getMutationCache().subscribe((event) => notice(event.mutation?.state.error));
    return () => {
      stopQueries();
      stopMutations();
    };
  }, [queryClient]);
  return (
    <Dialog
      isOpen={hasEnded}
      onOpenChange={setEnded}
      size="small"
      title="The session has ended"
      description="What is on this page stays until you leave it. Sign in to go on."
      footer={
        <Button variant="primary" onClick={() => router.push(`/sign-in?next=${encodeURIComponent(path)}`)}>
          Sign in
        </Button>
      }
    />
  );
}
