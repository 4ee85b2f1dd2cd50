'use client';
/** The tile in front of a title: a connector's own colour, or an ink icon for logic. */
import { ConnectorTile } from '@weft/ui';
import type { ConnectorManifest, NodeKind } from '@weft/workflow';
import { Braces, CircleStop, GitFork, Hourglass, Plug, Repeat2, Reply, Shuffle, UserCheck, Workflow, Zap } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

export const KIND_ICONS = {
  trigger: Zap,
  connector: Plug,
  map: Shuffle,
  branch: GitFork,
  loop: Repeat2,
  stop: CircleStop,
  wait: Hourglass,
  review: UserCheck,
  call: Workflow,
  script: Braces,
  respond: Reply,
} as const satisfies Record<NodeKind, LucideIcon>;

const PIXELS = { tiny: 14, small: 18, medium: 24, large: 32 } as const;

interface NodeTileProps {
  readonly kind: NodeKind;
  readonly connector?: ConnectorManifest | undefined;
  readonly size?: keyof typeof PIXELS;
}

export function NodeTile({ kind, connector, size = 'large' }: NodeTileProps) {
  if (connector !== undefined) return <ConnectorTile icon={connector.icon} size={size} isRound={kind === 'trigger'} className="tile" />;
  const Icon = KIND_ICONS[kind];
  const pixels = PIXELS[size];
  return (
    <span className="tile tile-logic" style={{ width: pixels, height: pixels, borderRadius: pixels / 4 }} aria-hidden>
      <Icon size={Math.round(pixels * 0.5)} strokeWidth={1.65} />
    </span>
  );
}
