'use client';

import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Combobox, EmptyState, Field, Input, Switch } from '@weft/ui';
import type { JsonValue, WorkflowDocument } from '@weft/workflow';
import { useTRPC } from '../../../trpc/client.tsx';
import { errorMessage } from '../../../trpc/errors.ts';
import { questionsOf, slotsOf } from '../template-facts.ts';
import type { StepProps } from './install-wizard.tsx';
import { StepHeading } from './step-heading.tsx';

type Question = WorkflowDocument['config'][string];

/** What the template asks, with the account's own values to choose from. */
export function QuestionsStep({ template, answers, onChange }: StepProps): ReactNode {
  const questions = [...questionsOf(template.documents)];
  if (questions.length === 0) return <EmptyState title="Nothing to ask">This template needs no answers. Go on to the mapping.</EmptyState>;
  return (
    <>
      <StepHeading title="Questions">They can be changed later, without touching the workflow itself.</StepHeading>
      <div className="flex max-w-[480px] flex-col gap-5">
        {questions.map(([key, question]) => (
          <Field key={key} label={question.title} isRequired={question.required ?? false} hint={question.description}>
            <Answer
              name={key}
              question={question}
              value={answers.config[key]}
              onChange={(value) => onChange({ config: { ...answers.config, [key]: value } })}
              bindings={answers.bindings}
              config={answers.config}
              slots={slotsOf(template.documents)}
            />
          </Field>
        ))}
      </div>
    </>
  );
}

interface AnswerProps {
  name: string;
  question: Question;
  value: JsonValue | undefined;
  onChange: (value: JsonValue) => void;
  bindings: Readonly<Record<string, string>>;
  config: Readonly<Record<string, JsonValue>>;
  slots: ReturnType<typeof slotsOf>;
}

function Answer(props: AnswerProps): ReactNode {
  const { question, value, onChange, name } = props;
  if (question.choicesFrom) return <RemoteAnswer {...props} from={question.choicesFrom} />;
  if (question.type === 'boolean') return <Switch isChecked={value === true} onCheckedChange={onChange} data-testid={`config-${name}`} />;
  if (question.type === 'number') {
    return (
      <Input
        type="number"
        value={typeof value === 'number' ? value : ''}
        onChange={(event) => onChange(event.target.value === '' ? null : Number(event.target.value))}
        data-testid={`config-${name}`}
      />
    );
  }
  return (
    <Input
      value={value === undefined || value === null ? '' : String(value)}
      onChange={(event) => onChange(event.target.value)}
      data-testid={`config-${name}`}
    />
  );
}

function RemoteAnswer({
  name,
  question,
  value,
  onChange,
  bindings,
  config,
  slots,
  from,
}: AnswerProps & { from: NonNullable<Question['choicesFrom']> }): ReactNode {
  const trpc = useTRPC();
  const connectionId = bindings[from.slot];
  const choices = useQuery({
    ...trpc.catalog.choices.queryOptions({
      ...(connectionId ? { connectionId } : {}),
      connector: slots.get(from.slot)?.connector ?? '',
      operation: from.operation,
      property: from.property,
      values: { ...config },
    }),
    staleTime: 60_000,
    enabled: connectionId !== undefined,
  });
  const take = (text: string): void =>
    onChange(question.type === 'number' && text !== '' && Number.isFinite(Number(text)) ? Number(text) : text);
  return (
    <Combobox
      value={value === undefined || value === null ? undefined : String(value)}
      onValueChange={take}
      options={choices.data ?? []}
      isLoading={choices.isFetching}
      error={choices.error ? errorMessage(choices.error) : undefined}
      allowsOther
      data-testid={`config-${name}`}
    />
  );
}
