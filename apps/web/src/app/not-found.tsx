import Link from 'next/link';
import type { ReactNode } from 'react';
import { Button, EmptyState, Logo } from '@weft/ui';

export default function NotFound(): ReactNode {
  return (
    <main className="flex min-h-dvh items-center justify-center bg-bg">
      <EmptyState
        picture={<Logo className="size-10" />}
        title="There is no page here"
        action={
          <Button variant="primary" asChild>
            <Link href="/">Go to the home page</Link>
          </Button>
        }
      >
        The address may be old, or the thing it led to was deleted.
      </EmptyState>
    </main>
  );
}
