import type { ReactNode } from 'react';
import type { ConnectionRowData } from './connection-table.tsx';

/** From this share on, what is left may not do for the day. */
const SHORT = 0.8;

/** How much of the calls that the vendor allows is used. */
export function AccountUsage({ usage }: { usage: NonNullable<ConnectionRowData['usage']> }): ReactNode {
  const share = usage.limit > 0 ? Math.min(1, usage.used / usage.limit) : 0;
  const words = `${usage.used.toLocaleString('en')} of ${usage.limit.toLocaleString('en')} calls in ${usage.period}`;
  return (
    <span className="mt-0.5 flex items-center gap-2 text-help text-text-3" data-testid="api-usage">
      <span
        role="progressbar"
        aria-label="API calls used"
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-1 w-14 shrink-0 overflow-hidden rounded-full bg-border"
      >
        <span className={`block h-full ${share >= SHORT ? 'bg-warn-solid' : 'bg-ok-solid'}`} style={{ width: `${share * 100}%` }} />
      </span>
      <span className={`whitespace-nowrap ${share >= SHORT ? 'text-warn' : ''}`}>{words}</span>
    </span>
  );
}
