'use client';

import { ExternalLink, FileInput, LayoutTemplate, SquarePlus } from 'lucide-react';
import Link from 'next/link';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Button, classNames } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';

/** The list before there is anything in it: three ways to begin. */
export function NoWorkflows({ onNew, onImport }: { onNew: () => void; onImport: () => void }): ReactNode {
  const trpc = useTRPC();
  const me = useQuery(trpc.account.me.queryOptions());
  return (
    <div className="mx-auto flex max-w-[860px] flex-col items-center px-6 pb-10 pt-10">
      <Threads />
      <h2 className="mt-6 text-figure">No workflows yet</h2>
      <p className="mt-1 max-w-[480px] text-center text-lead text-text-2">
        A workflow watches one system and writes to another. Start with one that already works in the demo, then make it yours.
      </p>
      <ul className="mt-7 grid w-full grid-cols-3 gap-4">
        <Start
          isFirst
          icon={<LayoutTemplate aria-hidden />}
          title="Start from a template"
          text="“Closed Won → company and ticket” runs in the demo in about two minutes."
          action={
            <Button variant="primary" asChild>
              <Link href="/templates">Browse templates</Link>
            </Button>
          }
        />
        <Start
          icon={<SquarePlus aria-hidden />}
          title="Draw your own"
          text="An empty canvas. Begin with what should start it: a change, a webhook, a time."
          action={
            <Button onClick={onNew} data-testid="new-workflow">
              New workflow
            </Button>
          }
        />
        <Start
          icon={<FileInput aria-hidden />}
          title="Import a file"
          text="A Weft workflow as JSON. You see what it needs before anything is created."
          action={
            <Button onClick={onImport} data-testid="import-workflow">
              Choose a file
            </Button>
          }
        />
      </ul>
      {me.data?.isDemo ? (
        <p className="mt-5 flex w-full items-center gap-2.5 rounded-card border border-border bg-surface-2 px-4 py-2.5">
          <span>
            <span className="font-medium">Demo CRM and PSA are running.</span>{' '}
            <span className="text-text-2">Mark a deal won there, watch it here.</span>
          </span>
          <span className="ml-auto flex gap-2">
            <DemoLink href="/demo/crm">Demo CRM</DemoLink>
            <DemoLink href="/demo/psa">Demo PSA</DemoLink>
          </span>
        </p>
      ) : null}
    </div>
  );
}

/** A button that opens one of the demo systems beside this page. */
export function DemoLink({ href, children }: { href: string; children: ReactNode }): ReactNode {
  return (
    <Button size="small" asChild>
      <a href={href} target="_blank" rel="noreferrer">
        <ExternalLink aria-hidden />
        {children}
        <span className="sr-only"> (opens a new tab)</span>
      </a>
    </Button>
  );
}

function Start({
  icon,
  title,
  text,
  action,
  isFirst = false,
}: {
  icon: ReactNode;
  title: string;
  text: string;
  action: ReactNode;
  isFirst?: boolean;
}): ReactNode {
  return (
    <li
      className={classNames(
        'flex flex-col items-start rounded-card border p-5',
        isFirst ? 'border-accent-line shadow-[0_0_0_3px_var(--ring)]' : 'border-border',
      )}
    >
      <span
        className={classNames(
          'mb-4 flex size-9 items-center justify-center rounded-small [&_svg]:size-[18px]',
          isFirst ? 'bg-accent-tint text-accent-text' : 'bg-hover text-text-2',
        )}
      >
        {icon}
      </span>
      <h3 className="text-section">{title}</h3>
      <p className="mb-4 mt-1 text-text-2">{text}</p>
      <span className="mt-auto">{action}</span>
    </li>
  );
}

function Threads(): ReactNode {
  return (
    <svg aria-hidden viewBox="0 0 500 150" className="w-[480px]" fill="none" strokeWidth="7" strokeLinecap="round">
      <g stroke="var(--border-strong)">
        {[208, 232, 256, 280, 304].map((x) => (
          <path key={x} d={`M${x} 10v132`} />
        ))}
      </g>
      <g strokeLinecap="butt">
        <path d="M14 70c70 4 110-26 188-26M214 44h36M262 44h36M310 44c80 0 90-20 176-26" stroke="var(--chart-indigo)" />
        <path d="M66 50c80-6 70 18 130 18h30M238 68h36M286 68h12c90 0 80 8 160 16" stroke="var(--chart-verdigris)" />
        <path d="M0 112c100 4 120-20 202-20M214 92h36M262 92h10" stroke="var(--chart-indigo)" />
        <path d="M92 134c50-2 50-20 116-18" stroke="var(--chart-weld)" />
      </g>
    </svg>
  );
}
