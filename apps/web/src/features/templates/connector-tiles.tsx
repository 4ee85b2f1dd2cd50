'use client';

import type { ReactNode } from 'react';
import { ConnectorTile } from '@weft/ui';
import { useConnectors } from './use-connectors.ts';

/** The tiles of some connectors beside each other, their names for screen readers or in sight. */
export function ConnectorTiles({
  ids,
  withNames = false,
  max = 4,
}: {
  ids: readonly string[];
  withNames?: boolean;
  max?: number;
}): ReactNode {
  const connectors = useConnectors();
  const title = (id: string): string => connectors.get(id)?.title ?? id;
  if (ids.length === 0) return null;
  return (
    <span className="flex shrink-0 items-center gap-1.5" title={ids.map(title).join(', ')}>
      {ids.slice(0, max).map((id) => (
        <span key={id} className="flex items-center gap-1.5">
          <ConnectorTile icon={connectors.get(id)?.icon} size="small" />
          <span className={withNames ? 'text-text' : 'sr-only'}>{title(id)}</span>
        </span>
      ))}
    </span>
  );
}
