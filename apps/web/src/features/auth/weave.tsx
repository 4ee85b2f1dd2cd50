import type { ReactNode } from 'react';

type Thread = 'linen' | 'indigo' | 'verdigris' | 'weld' | 'madder';

const FILL = {
  linen: 'var(--weave-linen)',
  indigo: 'var(--chart-indigo)',
  verdigris: 'var(--chart-verdigris)',
  weld: 'var(--chart-weld)',
  madder: 'var(--chart-madder)',
} as const satisfies Record<Thread, string>;

/** One entry per pick, from the top. */
const PICKS: readonly Thread[] = [
  ...Array<Thread>(4).fill('linen'),
  ...Array<Thread>(4).fill('indigo'),
  'linen',
  'weld',
  'linen',
  'verdigris',
  'linen',
  'indigo',
  ...Array<Thread>(15).fill('linen'),
  'indigo',
  'linen',
  'madder',
  'madder',
  'linen',
  ...Array<Thread>(5).fill('indigo'),
  'linen',
  'verdigris',
  ...Array<Thread>(24).fill('linen'),
];
const PITCH = 20;
const WIDTH = 1800;

/** A piece of cloth in twill: each pick floats over three warp threads and dives under one, shifted by one per row. */
export function Weave(): ReactNode {
  return (
    <svg
      aria-hidden
      className="absolute inset-0 size-full [--weave-ground:#ece6da] [--weave-linen:#e4dccd] [--weave-warp:#f4f0e8] dark:[--weave-ground:#17171a] dark:[--weave-linen:#232327] dark:[--weave-warp:#1e1e22]"
      preserveAspectRatio="xMinYMin slice"
      viewBox="0 0 900 900"
    >
      <rect width={WIDTH} height="1400" fill="var(--weave-ground)" />
      {Array.from({ length: WIDTH / PITCH }, (_, column) => (
        <rect key={column} x={column * PITCH + 2} y="0" width={PITCH - 4} height="1400" fill="var(--weave-warp)" />
      ))}
      {PICKS.map((thread, row) => (
        <g key={row} fill={FILL[thread]} opacity={thread === 'linen' ? 1 : 0.9}>
          {Array.from({ length: WIDTH / (PITCH * 4) + 1 }, (_, float) => (
            <rect
              key={float}
              x={float * PITCH * 4 + ((row * PITCH) % (PITCH * 4)) - PITCH * 4 + 1}
              y={row * PITCH + 2}
              width={PITCH * 3 - 2}
              height={PITCH - 3}
              rx="4"
            />
          ))}
        </g>
      ))}
    </svg>
  );
}
