import { Button, EmptyState, ErrorNote, Logo } from '@weft/ui';
import Link from 'next/link';
import { errorMessage, weftError } from '../../trpc/errors.ts';

/** In place of a workflow or a run: what is gone leads to the list it was in, what failed can be tried again. */
export function CannotOpen({
  error,
  what,
  list,
  onRetry,
}: {
  readonly error: unknown;
  readonly what: 'workflow' | 'run';
  readonly list: '/workflows' | '/runs';
  readonly onRetry?: () => void;
}) {
  if (weftError(error)?.class !== 'notFound')
    return (
      <div className="p-6">
        <ErrorNote message={errorMessage(error)} {...(onRetry ? { onRetry } : {})} />
      </div>
    );
  return (
    <div className="flex h-full items-center justify-center">
      <EmptyState
        picture={<Logo className="size-10" />}
        title={`There is no such ${what} in this workspace`}
        action={
          <Button variant="primary" asChild>
            <Link href={list}>{what === 'run' ? 'All runs' : 'All workflows'}</Link>
          </Button>
        }
      >
        It may have been deleted, or belong to another workspace.
      </EmptyState>
    </div>
  );
}
