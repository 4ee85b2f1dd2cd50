import { LoaderCircle } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A turning ring; the words beside it say what is awaited. */
export function Spinner({ className }: { className?: string }): ReactNode {
  return <LoaderCircle aria-hidden className={classNames('size-3.5 animate-turn', className)} strokeWidth={1.65} />;
}
