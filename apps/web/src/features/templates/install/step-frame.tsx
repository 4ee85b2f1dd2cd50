import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '@weft/ui';

interface StepFrameProps {
  /** The page before, and the way there. */
  back?: { readonly title: string; readonly onBack: () => void } | undefined;
  /** Buttons at the right of the foot. */
  actions: ReactNode;
  children: ReactNode;
}

/** One page of the wizard: its content scrolls, the way on stays in sight. */
export function StepFrame({ back, actions, children }: StepFrameProps): ReactNode {
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto px-7 py-6">{children}</div>
      <footer className="flex h-14 shrink-0 items-center gap-3 border-t border-border px-7">
        {back ? (
          <Button variant="ghost" className="-ml-3" icon={<ArrowLeft aria-hidden />} onClick={back.onBack}>
            {back.title}
          </Button>
        ) : null}
        <div className="ml-auto flex items-center gap-3">{actions}</div>
      </footer>
    </div>
  );
}
