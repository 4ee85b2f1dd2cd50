'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { Button } from '@weft/ui';
import { DemoLink } from '../workflows/no-workflows.tsx';

/** The first five minutes, as three steps that each lead to the place where they are done. */
export function FirstRun({ hasWorkflows }: { hasWorkflows: boolean }): ReactNode {
  return (
    <section data-testid="first-run" className="rounded-card border border-accent-line bg-accent-tint/40 p-5">
      <h2 className="text-title">Try it with the demo CRM and PSA</h2>
      <p className="mt-0.5 max-w-[620px] text-text-2">
        Two pretend systems run beside Weft and are connected already. Nothing leaves this machine.
      </p>
      <ol className="mt-4 grid grid-cols-3 gap-4">
        <Step number={1} title="Install a template" text="“Closed Won → company and ticket”: see the mapping, then turn it on.">
          {hasWorkflows ? (
            <Button size="small" asChild>
              <Link href="/workflows">Turn a workflow on</Link>
            </Button>
          ) : (
            <Button size="small" variant="primary" asChild>
              <Link href="/templates" data-testid="first-run-templates">
                Choose a template
              </Link>
            </Button>
          )}
        </Step>
        <Step number={2} title="Win a deal" text="In the demo CRM, set an opportunity to Closed Won.">
          <DemoLink href="/demo/crm">Demo CRM</DemoLink>
        </Step>
        <Step number={3} title="See what arrived" text="The run appears here at once; the ticket stands in the demo PSA.">
          <DemoLink href="/demo/psa">Demo PSA</DemoLink>
        </Step>
      </ol>
    </section>
  );
}

function Step({ number, title, text, children }: { number: number; title: string; text: string; children: ReactNode }): ReactNode {
  return (
    <li className="flex flex-col items-start rounded-small border border-border bg-surface p-3.5">
      <span className="flex items-center gap-2">
        <span aria-hidden className="flex size-5 items-center justify-center rounded-full bg-accent text-hint font-semibold text-on-accent">
          {number}
        </span>
        <h3 className="text-node">{title}</h3>
      </span>
      <p className="mb-3 mt-1.5 text-help text-text-2">{text}</p>
      <span className="mt-auto">{children}</span>
    </li>
  );
}
