'use client';

import { ArrowLeftRight, ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { ConnectorTiles } from './connector-tiles.tsx';

/** From one system to the next, or both ways. */
export function Way({ systems, isBothWays = false }: { systems: readonly string[]; isBothWays?: boolean }): ReactNode {
  const Arrow = isBothWays ? ArrowLeftRight : ArrowRight;
  return (
    <span className="flex shrink-0 items-center gap-2">
      {systems.map((system, index) => (
        <span key={system} className="flex items-center gap-2">
          {index > 0 ? <Arrow aria-label={isBothWays ? 'and' : 'to'} className="size-3.5 text-text-3" /> : null}
          <ConnectorTiles ids={[system]} />
        </span>
      ))}
    </span>
  );
}
