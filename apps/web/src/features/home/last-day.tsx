import Link from 'next/link';
import type { ReactNode } from 'react';
import { Card, CardHeader, STATUS } from '@weft/ui';
import type { Overview } from './home-page.tsx';

const FIGURES = [
  { key: 'succeeded', tone: 'text-ok', bar: 'bg-ok-solid' },
  { key: 'running', tone: 'text-run', bar: 'bg-run-solid' },
  { key: 'skipped', tone: 'text-text-2', bar: 'bg-idle-solid' },
  { key: 'failed', tone: 'text-fail', bar: 'bg-fail-solid' },
] as const;

/** The runs of the last 24 hours by how they ended, each figure a filter on the list of runs. */
export function LastDay({ overview }: { overview: Overview }): ReactNode {
  const { counts24h, workflows } = overview;
  const total = FIGURES.reduce((sum, { key }) => sum + counts24h[key], 0);
  return (
    <Card>
      <CardHeader
        title="Last 24 hours"
        aside={`${workflows.enabled} of ${workflows.total} ${workflows.total === 1 ? 'workflow' : 'workflows'} on`}
        action={
          <Link href="/workflows" className="text-help font-medium text-accent-text hover:underline">
            Workflows
          </Link>
        }
      />
      <ul className="grid grid-cols-4 divide-x divide-border">
        {FIGURES.map(({ key, tone }) => {
          const { word, icon: Icon } = STATUS[key];
          return (
            <li key={key}>
              <Link href={`/runs?status=${key}`} className="block px-4 py-3 hover:bg-surface-2">
                <span className={`flex items-center gap-1.5 text-help font-medium ${counts24h[key] > 0 ? tone : 'text-text-3'}`}>
                  <Icon aria-hidden className="size-3.5" strokeWidth={1.8} />
                  {word}
                </span>
                <span className="mt-0.5 block text-figure tabular-nums">{counts24h[key].toLocaleString('en')}</span>
              </Link>
            </li>
          );
        })}
      </ul>
      {total > 0 ? (
        <div aria-hidden className="flex h-1.5 gap-px">
          {FIGURES.map(({ key, bar }) =>
            counts24h[key] > 0 ? <span key={key} className={bar} style={{ flexGrow: counts24h[key], minWidth: 3 }} /> : null,
          )}
        </div>
      ) : null}
    </Card>
  );
}
