import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A dense table with aligned figures. */
export function Table({ className, ...rest }: ComponentProps<'table'>): ReactNode {
  return <table className={classNames('w-full border-collapse text-left text-body tabular-nums', className)} {...rest} />;
}

/** The head row; it stays in place while the rows scroll. */
export function TableHead({ className, ...rest }: ComponentProps<'thead'>): ReactNode {
  return (
    <thead
      className={classNames('sticky top-0 z-10 bg-surface text-help text-text-3 shadow-[inset_0_-1px_0_var(--border)]', className)}
      {...rest}
    />
  );
}

/** A head cell. */
export function TableHeader({ isNumber = false, className, ...rest }: ComponentProps<'th'> & { isNumber?: boolean }): ReactNode {
  return (
    <th
      scope="col"
      className={classNames('h-8 whitespace-nowrap px-2.5 font-medium first:pl-5 last:pr-5', isNumber && 'text-right', className)}
      {...rest}
    />
  );
}

/** A body row. */
export function TableRow({ className, ...rest }: ComponentProps<'tr'>): ReactNode {
  return <tr className={classNames('group border-b border-border hover:bg-surface-2', className)} {...rest} />;
}

/** A body cell. */
export function TableCell({ isNumber = false, className, ...rest }: ComponentProps<'td'> & { isNumber?: boolean }): ReactNode {
  return <td className={classNames('h-9 px-2.5 py-1 first:pl-5 last:pr-5', isNumber && 'text-right', className)} {...rest} />;
}
