import type { ReactNode } from 'react';
import { classNames } from '@weft/ui';

/** The top of a page: its title, what stands beside it, and the acts at the right. */
export function PageHeader({
  title,
  above,
  aside,
  actions,
  isDense = false,
}: {
  title: ReactNode;
  above?: ReactNode;
  aside?: ReactNode;
  actions?: ReactNode;
  isDense?: boolean;
}): ReactNode {
  return (
    <header
      className={classNames(
        'flex shrink-0 flex-wrap items-end justify-between gap-x-6 gap-y-3',
        isDense ? 'px-5 pb-3 pt-3.5' : 'px-7 pb-4 pt-5',
      )}
    >
      <div className="min-w-0">
        {above ? <div className="mb-0.5 text-text-2">{above}</div> : null}
        <div className="flex items-center gap-3">
          <h1 className={above ? 'text-figure' : 'text-title'}>{title}</h1>
          {aside}
        </div>
      </div>
      {actions ? <div className="flex items-center gap-2.5">{actions}</div> : null}
    </header>
  );
}
