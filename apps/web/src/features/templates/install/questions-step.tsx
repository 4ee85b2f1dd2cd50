'use client';

import type { ReactNode } from 'react';
import { EmptyState } from '@weft/ui';
import { AnswerField } from '../../questions/answer-field.tsx';
import { questionsOf, slotsOf } from '../template-facts.ts';
import type { StepProps } from './install-wizard.tsx';
import { StepHeading } from './step-heading.tsx';

/** What the template asks, with the account's own values to choose from. */
export function QuestionsStep({ template, answers, onChange }: StepProps): ReactNode {
  const questions = [...questionsOf(template.documents)];
  if (questions.length === 0) return <EmptyState title="Nothing to ask">This template needs no answers. Go on to the mapping.</EmptyState>;
  const context = { slots: slotsOf(template.documents), bindings: answers.bindings, config: answers.config };
  return (
    <>
      <StepHeading title="Questions">
        They can be changed later under “Accounts and answers”, without touching the workflow itself.
      </StepHeading>
      <div className="flex max-w-[480px] flex-col gap-5">
        {questions.map(([key, question]) => (
          <AnswerField
            key={key}
            name={key}
            question={question}
            value={answers.config[key]}
            onChange={(value) => onChange({ config: { ...answers.config, [key]: value } })}
            context={context}
          />
        ))}
      </div>
    </>
  );
}
