'use client';

import { ArrowLeftRight, Braces, CircleStop, GitFork, Hourglass, Repeat, Reply, UserCheck, Workflow } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames, ConnectorTile } from '@weft/ui';
import type { NodeKind, WorkflowDocument, WorkflowNode } from '@weft/workflow';
import { pictureLayout } from './picture-layout.ts';
import type { Picture } from './picture-layout.ts';
import { useConnectors } from './use-connectors.ts';

const SIZE = { width: 360, height: 180 };
const FULL_TILE = 24;
const LOGIC_ICONS = {
  map: ArrowLeftRight,
  branch: GitFork,
  loop: Repeat,
  stop: CircleStop,
  wait: Hourglass,
  review: UserCheck,
  call: Workflow,
  script: Braces,
  respond: Reply,
  trigger: undefined,
  connector: undefined,
} as const satisfies Record<NodeKind, LucideIcon | undefined>;

/** A small picture of a workflow's real graph. Several documents stand above each other. */
export function WorkflowPicture({ documents, className }: { documents: readonly WorkflowDocument[]; className?: string }): ReactNode {
  const share = SIZE.height / Math.max(documents.length, 1);
  return (
    <div
      aria-hidden
      className={classNames(
        'relative aspect-[2/1] w-full overflow-hidden bg-canvas bg-[radial-gradient(var(--border-strong)_0.75px,transparent_0.75px)] bg-[size:18px_18px]',
        className,
      )}
    >
      {documents.map((document, index) => (
        <Graph key={document.name} document={document} top={index * share} height={share} />
      ))}
    </div>
  );
}

function Graph({ document, top, height }: { document: WorkflowDocument; top: number; height: number }): ReactNode {
  const { tile, points, lines } = pictureLayout(document, { width: SIZE.width, height });
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  return (
    <>
      <svg
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        className="absolute inset-0 size-full"
        fill="none"
        stroke="var(--edge)"
        strokeWidth="1.4"
      >
        {lines.map((line) => (
          <path key={`${line.from.id}-${line.to.id}`} d={curve(line, top)} />
        ))}
      </svg>
      {points.map(({ id, x, y }) => {
        const node = nodes.get(id);
        return node ? (
          <span
            key={id}
            className="absolute flex"
            style={{
              left: `${(x / SIZE.width) * 100}%`,
              top: `${((y + top) / SIZE.height) * 100}%`,
              transform: `translate(-50%, -50%) scale(${tile / FULL_TILE})`,
            }}
          >
            <NodeTile node={node} />
          </span>
        ) : null;
      })}
    </>
  );
}

/** A soft line between two nodes; one that would run through the nodes between them makes a bow above them. */
function curve({ from, to, columns }: Picture['lines'][number], top: number): string {
  const [startY, endY] = [from.y + top, to.y + top];
  const middle = (from.x + to.x) / 2;
  const isLong = Math.abs(to.y - from.y) < 1 && columns > 1;
  const lift = isLong ? 26 + (to.x - from.x) / 8 : 0;
  return `M${from.x} ${startY}C${isLong ? from.x + 18 : middle} ${startY - lift} ${isLong ? to.x - 18 : middle} ${endY - lift} ${to.x} ${endY}`;
}

function NodeTile({ node }: { node: WorkflowNode }): ReactNode {
  const connectors = useConnectors();
  const Icon = LOGIC_ICONS[node.kind];
  if (Icon) {
    return (
      <span className="flex size-6 items-center justify-center rounded-[6px] border border-border-strong bg-surface text-text-2 shadow-1">
        <Icon className="size-3.5" strokeWidth={1.8} />
      </span>
    );
  }
  const connector = 'connector' in node ? connectors.get(node.connector) : undefined;
  return <ConnectorTile icon={connector?.icon} isRound={node.kind === 'trigger'} className="flex" />;
}
