'use client';

import type { ReactNode } from 'react';
import type { Review } from './review-types.ts';
import { factText } from './review-words.ts';

/** What one should know to decide, as a table. */
export function ReviewFacts({ facts }: { readonly facts: Review['facts'] }): ReactNode {
  if (facts.length === 0) return null;
  return (
    <dl className="mt-5 max-w-[760px] divide-y divide-border rounded-card border border-border">
      {facts.map(({ label, value }, index) => (
        <div key={`${index}:${label}`} className="grid grid-cols-[minmax(120px,200px)_minmax(0,1fr)] items-baseline gap-4 px-4 py-2.5">
          <dt className="text-help text-text-3 [overflow-wrap:anywhere]">{label}</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">
            <FactValue value={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function FactValue({ value }: { readonly value: unknown }): ReactNode {
  const { text, link, isBlock } = factText(value);
  if (link)
    return (
      <a href={link} target="_blank" rel="noreferrer noopener" className="text-accent-text underline-offset-2 hover:underline">
        {text}
      </a>
    );
  if (isBlock) return <pre className="max-h-64 overflow-auto whitespace-pre-wrap font-mono text-code text-text-2">{text}</pre>;
  return <span className="font-medium tabular-nums">{text}</span>;
}
