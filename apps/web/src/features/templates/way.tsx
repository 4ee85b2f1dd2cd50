'use client';

import { ArrowRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { ConnectorTiles } from './connector-tiles.tsx';

/** From one system to the next. */
export function Way({ systems }: { systems: readonly string[] }): ReactNode {
  return (
    <span className="flex items-center gap-2">
      {systems.map((system, index) => (
        <span key={system} className="flex items-center gap-2">
          {index > 0 ? <ArrowRight aria-label="to" className="size-3.5 text-text-3" /> : null}
          <ConnectorTiles ids={[system]} />
        </span>
      ))}
    </span>
  );
}
