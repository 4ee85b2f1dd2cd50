'use client';

import { ArrowRight } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '@weft/ui';
import type { RouterOutputs } from '../../../trpc/client.tsx';
import { isBothWays, questionsOf, slotsOf } from '../template-facts.ts';
import { Way } from '../way.tsx';
import { AccountsStep } from './accounts-step.tsx';
import { loadAnswers, saveAnswers, STEPS, unanswered } from './answers.ts';
import type { Answers, Step } from './answers.ts';
import { MappingStep } from './mapping-step.tsx';
import { QuestionsStep } from './questions-step.tsx';
import { ReviewStep } from './review-step.tsx';
import { StepFrame } from './step-frame.tsx';
import { StepList } from './step-list.tsx';
import { useNeeds } from './use-needs.ts';
import type { Needs } from './use-needs.ts';

export type TemplateData = RouterOutputs['templates']['get'];
export type ConnectionData = RouterOutputs['connections']['list'][number];

/** What each page of the wizard is given. */
export interface StepProps {
  template: TemplateData;
  connections: readonly ConnectionData[];
  answers: Answers;
  onChange: (change: Partial<Answers>) => void;
  /** The custom fields that the template needs in the accounts. */
  needs: Needs;
}

const TITLES = { accounts: 'Accounts', questions: 'Questions', mapping: 'Mapping', review: 'Review and turn on' } as const satisfies Record<
  Step,
  string
>;

/** Installs a template on one page: accounts, questions, mapping, review; back and forth freely. */
export function InstallWizard({ template, connections }: { template: TemplateData; connections: readonly ConnectionData[] }): ReactNode {
  const [answers, setAnswers] = useState<Answers>(() => firstAnswers(template, connections));
  // Two changes may come before the next render. They are kept as they are made: React may run an updater again, which would
  // bring back what was forgotten at the end.
  const latest = useRef(answers);
  const show = (next: Answers): void => {
    latest.current = next;
    setAnswers(next);
  };
  useEffect(() => {
    const kept = loadAnswers(template.id);
    if (kept) show(kept);
  }, [template.id]);
  const change = (part: Partial<Answers>): void => {
    const next = { ...latest.current, ...part };
    saveAnswers(template.id, next);
    show(next);
  };
  const questions = questionsOf(template.documents);
  const slots = slotsOf(template.documents);
  const unbound = [...slots.keys()].filter((slot) => !connections.some((connection) => connection.id === answers.bindings[slot]));
  const open = unanswered(questions, answers.config);
  const blocked = { accounts: unbound.length > 0, questions: open.length > 0, mapping: false, review: false } as const satisfies Record<
    Step,
    boolean
  >;
  const at = STEPS.indexOf(answers.step);
  const next = STEPS[at + 1];
  const back = STEPS[at - 1];
  const needs = useNeeds(template, answers.bindings);
  const props: StepProps = { template, connections, answers, onChange: change, needs };
  const why = blocked[answers.step]
    ? answers.step === 'accounts'
      ? 'Each system needs an account'
      : `Still open: ${open.join(', ')}`
    : undefined;
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-14 shrink-0 items-center gap-3 border-b border-border px-4">
        <Way systems={template.systems} isBothWays={isBothWays(template)} />
        <span className="min-w-0">
          <h1 className="truncate text-node">{template.name}</h1>
          <span className="block text-help text-text-3">Kept in this browser as you go</span>
        </span>
        <Button variant="ghost" className="ml-auto" asChild>
          <Link href="/templates">Finish later</Link>
        </Button>
      </header>
      <div className="flex min-h-0 flex-1">
        <StepList
          titles={TITLES}
          current={answers.step}
          notes={{
            accounts:
              unbound.length > 0
                ? `${unbound.length} to choose`
                : needs.lacking.length > 0
                  ? `${needs.lacking.length} custom ${needs.lacking.length === 1 ? 'field' : 'fields'} missing`
                  : [...slots]
                      .map(([slot, { connector }]) => connections.find(({ id }) => id === answers.bindings[slot])?.name ?? connector)
                      .join(', '),
            questions: questions.size === 0 ? 'nothing to ask' : `${questions.size - open.length} of ${questions.size} answered`,
            mapping: Object.keys(answers.edits).length > 0 ? `${Object.keys(answers.edits).length} changed` : 'as the template has it',
            review: '',
          }}
          blocked={blocked}
          warned={{ accounts: needs.lacking.length > 0 }}
          onStep={(step) => change({ step })}
        />
        {answers.step === 'review' ? (
          <ReviewStep {...props} />
        ) : (
          <StepFrame
            back={back ? { title: TITLES[back], onBack: () => change({ step: back }) } : undefined}
            actions={
              <>
                {why ? <span className="text-help text-text-2">{why}</span> : null}
                {next ? (
                  <Button
                    variant="primary"
                    size="large"
                    disabled={blocked[answers.step]}
                    onClick={() => change({ step: next })}
                    data-testid="wizard-next"
                  >
                    {TITLES[next]}
                    <ArrowRight aria-hidden />
                  </Button>
                ) : null}
              </>
            }
          >
            {answers.step === 'accounts' ? <AccountsStep {...props} /> : null}
            {answers.step === 'questions' ? <QuestionsStep {...props} /> : null}
            {answers.step === 'mapping' ? <MappingStep {...props} /> : null}
          </StepFrame>
        )}
      </div>
    </div>
  );
}

/** Where the wizard begins: demo accounts where there are some, the template's own answers to its questions. */
function firstAnswers(template: TemplateData, connections: readonly ConnectionData[]): Answers {
  const bindings: Record<string, string> = {};
  for (const [slot, { connector }] of slotsOf(template.documents)) {
    const fitting = connections.filter((connection) => connection.connector === connector);
    const best = fitting.find((connection) => connection.isDemo) ?? fitting.find((connection) => connection.status === 'ok') ?? fitting[0];
    if (best) bindings[slot] = best.id;
  }
  const config = Object.fromEntries(
    [...questionsOf(template.documents)].flatMap(([key, { choicesFrom, default: own }]) => {
      // Days begin where the person sits, unless they say otherwise.
      const isTimeZone = choicesFrom !== undefined && 'list' in choicesFrom;
      const answer = isTimeZone ? Intl.DateTimeFormat().resolvedOptions().timeZone : own;
      return answer === undefined ? [] : [[key, answer]];
    }),
  );
  return { step: 'accounts', name: template.name, bindings, config, edits: {} };
}
