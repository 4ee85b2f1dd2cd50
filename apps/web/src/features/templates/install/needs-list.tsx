'use client';

import { CircleCheck, CircleHelp, CircleX, RotateCw, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, ErrorNote, Spinner } from '@weft/ui';
import { ConnectorTiles } from '../connector-tiles.tsx';
import { slotsOf } from '../template-facts.ts';
import type { TemplateData } from './install-wizard.tsx';
import type { NeedData, Needs } from './use-needs.ts';

/** The fields that the template needs in the connected accounts: what is there, what is missing and how to make it. */
export function NeedsList({ template, needs }: { template: TemplateData; needs: Needs }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const wanted = template.needs.filter(({ fields }) => fields.length > 0);
  if (wanted.length === 0) return null;
  const faulty = needs.fields.filter(({ state }) => state !== 'there');
  const shown = isOpen ? needs.fields : faulty;
  const count = wanted.reduce((sum, { fields }) => sum + fields.length, 0);
  return (
    <section className="mt-6 max-w-[640px]" data-testid="needs">
      <div className="mb-2 flex min-h-7 items-center gap-2">
        <h3 className="text-section">Custom fields</h3>
        <Summary needs={needs} count={count} />
        <span className="ml-auto flex gap-1">
          {needs.fields.length > faulty.length ? (
            <Button size="small" variant="ghost" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
              {isOpen ? 'Show less' : `Show all ${needs.fields.length}`}
            </Button>
          ) : null}
          {faulty.length > 0 || needs.error !== undefined ? (
            <Button
              size="small"
              icon={<RotateCw aria-hidden />}
              isBusy={needs.isLoading}
              onClick={needs.lookAgain}
              data-testid="needs-again"
            >
              Look again
            </Button>
          ) : null}
        </span>
      </div>
      {needs.error === undefined ? null : <ErrorNote message={needs.error} />}
      {shown.length > 0 ? (
        <ul className="divide-y divide-border overflow-hidden rounded-card border border-border">
          {shown.map((need) => (
            <NeedRow key={`${need.slot}${need.object}${need.name}`} need={need} template={template} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function Summary({ needs, count }: { needs: Needs; count: number }): ReactNode {
  if (needs.fields.length === 0)
    return needs.isLoading ? (
      <span className="flex items-center gap-1.5 text-help text-text-3">
        <Spinner /> Looking into the accounts
      </span>
    ) : (
      <span className="text-help text-text-3">{count} needed; looked for once the accounts are chosen</span>
    );
  if (needs.lacking.length > 0)
    return (
      <span className="text-help text-fail">
        {needs.lacking.length} of {count} {needs.lacking.length === 1 ? 'is' : 'are'} missing
      </span>
    );
  if (needs.fields.every(({ state }) => state === 'there'))
    return (
      <span className="flex items-center gap-1.5 text-help text-ok">
        <CircleCheck aria-hidden className="size-3.5" />
        all {count} are there
      </span>
    );
  return <span className="text-help text-text-2">enough to go on</span>;
}

const LOOKS = {
  there: { icon: CircleCheck, tone: 'text-ok', word: 'there' },
  missing: { icon: CircleX, tone: 'text-fail', word: 'missing' },
  wrong: { icon: CircleX, tone: 'text-fail', word: 'not right' },
  unknown: { icon: CircleHelp, tone: 'text-text-3', word: 'not known' },
} as const satisfies Record<NeedData['state'], unknown>;

function NeedRow({ need, template }: { need: NeedData; template: TemplateData }): ReactNode {
  const isMild = need.isOptional === true && need.state !== 'there' && need.state !== 'unknown';
  const look = isMild ? { icon: TriangleAlert, tone: 'text-warn', word: 'missing, works without' } : LOOKS[need.state];
  const Icon = look.icon;
  const connector = slotsOf(template.documents).get(need.slot)?.connector;
  return (
    <li className="flex items-start gap-2.5 px-3.5 py-2" data-testid="need" data-state={need.state}>
      {connector ? <ConnectorTiles ids={[connector]} /> : null}
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className="font-medium">
            {need.object} · <code className="text-code">{need.title ?? need.name}</code>
          </span>
          <span className="text-help text-text-3">
            {need.type}
            {need.isExternalId === true ? ', External ID, unique' : ''}
          </span>
        </span>
        {need.message ? <span className="block text-help text-text-2">{need.message}</span> : null}
      </span>
      <span className={`flex shrink-0 items-center gap-1.5 text-help ${look.tone}`}>
        <Icon aria-hidden className="size-3.5" />
        {look.word}
      </span>
    </li>
  );
}
