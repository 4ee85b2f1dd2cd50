/** The look of everything that floats: menus, popovers, drop-downs. */
export const SURFACE =
  'z-50 overflow-hidden rounded-popover border border-border bg-surface text-text shadow-3 animate-enter dark:border-border-strong';

/** One row of a menu or drop-down. */
export const ITEM =
  'relative flex min-h-7 cursor-pointer select-none items-center gap-2 rounded-chip px-2 py-1 text-body outline-none data-[highlighted]:bg-hover data-[disabled]:pointer-events-none data-[disabled]:text-text-3 focus-visible:shadow-none [&_svg]:size-3.5 [&_svg]:shrink-0';
