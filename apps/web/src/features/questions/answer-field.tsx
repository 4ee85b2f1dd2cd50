'use client';

import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Chip, Combobox, Field, Input, Spinner, Switch } from '@weft/ui';
import type { ChoicesFrom, ConfigEntry, JsonValue } from '@weft/workflow';
import { splitMany, toggleMany } from './many.ts';
import { useChoices } from './use-choices.ts';
import type { AnswerContext } from './use-choices.ts';

interface AnswerProps {
  name: string;
  question: ConfigEntry;
  value: JsonValue | undefined;
  onChange: (value: JsonValue) => void;
  context: AnswerContext;
}

/** One question with its answer: free, or chosen from what the account has. */
export function AnswerField(props: AnswerProps): ReactNode {
  const { question, name, value, onChange } = props;
  if (question.choicesFrom) return <ChosenAnswer {...props} from={question.choicesFrom} />;
  const label = { label: question.title, isRequired: question.required ?? false, hint: question.description };
  if (question.type === 'boolean')
    return (
      <Field {...label}>
        <Switch isChecked={value === true} onCheckedChange={onChange} data-testid={`config-${name}`} />
      </Field>
    );
  const isNumber = question.type === 'number';
  return (
    <Field {...label}>
      <Input
        type={isNumber ? 'number' : 'text'}
        value={asText(value)}
        onChange={(event) => onChange(isNumber ? (event.target.value === '' ? null : Number(event.target.value)) : event.target.value)}
        data-testid={`config-${name}`}
      />
    </Field>
  );
}

function ChosenAnswer({ name, question, value, onChange, context, from }: AnswerProps & { from: ChoicesFrom }): ReactNode {
  const isMany = 'many' in from && from.many === true;
  const { choices, isLoading, error, isComplete, search, more } = useChoices(from, context, isMany ? undefined : value);
  const text = asText(value);
  const chosen = text === '' ? [] : isMany ? splitMany(text) : [text];
  const unknown = isComplete ? chosen.filter((one) => !choices.some((choice) => choice.value === one)) : [];
  const note =
    unknown.length > 0 ? (
      <span className="flex items-start gap-1.5 text-warn" data-testid={`config-${name}-unknown`}>
        <TriangleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
        {unknown.map((one) => `“${one}”`).join(', ')} {unknown.length === 1 ? 'is' : 'are'} not among the account’s values. Choose one that
        is.
      </span>
    ) : (
      question.description
    );
  const take = (next: string): void =>
    onChange(question.type === 'number' && next !== '' && Number.isFinite(Number(next)) ? Number(next) : next);
  return (
    <Field label={question.title} isRequired={question.required ?? false} hint={note}>
      {isMany ? (
        <span className="flex flex-wrap gap-1.5" data-testid={`config-${name}`}>
          {isLoading && choices.length === 0 ? <Spinner className="text-text-3" /> : null}
          {choices.map((choice) => (
            <Chip
              key={choice.value}
              isSelected={chosen.includes(choice.value)}
              onClick={() =>
                onChange(
                  toggleMany(
                    text,
                    choice.value,
                    choices.map((one) => one.value),
                  ),
                )
              }
            >
              {choice.label}
            </Chip>
          ))}
          {unknown.map((one) => (
            <Chip key={one} isSelected onClear={() => onChange(toggleMany(text, one, []))}>
              {one}
            </Chip>
          ))}
          {choices.length === 0 && !isLoading ? (
            <Input value={text} onChange={(event) => onChange(event.target.value)} aria-label={question.title} />
          ) : null}
        </span>
      ) : (
        <Combobox
          value={text === '' ? undefined : text}
          onValueChange={take}
          options={question.required === true || text === '' ? choices : [{ value: '', label: 'No answer' }, ...choices]}
          placeholder="No answer"
          isLoading={isLoading}
          error={error}
          onSearch={search}
          onMore={more}
          allowsOther
          data-testid={`config-${name}`}
        />
      )}
    </Field>
  );
}

function asText(value: JsonValue | undefined): string {
  return value === undefined || value === null ? '' : String(value);
}
