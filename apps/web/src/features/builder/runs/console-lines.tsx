'use client';
/** What a script wrote to its console, line by line. */
import { CircleX, Info, TriangleAlert } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { StepView } from '../state/api-types.ts';

type ConsoleLine = NonNullable<StepView['console']>[number];

/** Levels that are more than a remark, each with its icon and word. */
const MARKS: Partial<Record<ConsoleLine['level'], { readonly icon: LucideIcon; readonly tone: string }>> = {
  info: { icon: Info, tone: 'run' },
  warn: { icon: TriangleAlert, tone: 'warn' },
  error: { icon: CircleX, tone: 'fail' },
};

export function ConsoleLines({ lines }: { readonly lines: readonly ConsoleLine[] }) {
  return (
    // Long lines scroll by themselves, which the keyboard must reach.
    <ol className="console-lines" tabIndex={0} aria-label="Console" data-testid="console-lines">
      {lines.map(({ level, text }, index) => {
        const mark = MARKS[level];
        return (
          <li key={index} data-tone={mark?.tone}>
            {mark === undefined ? <span aria-hidden /> : <mark.icon size={12} aria-label={level} />}
            <span>{text}</span>
          </li>
        );
      })}
    </ol>
  );
}
