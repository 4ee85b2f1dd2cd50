'use client';
/** What a person is asked, which answers there are, and by when. */
import { Button, Checkbox, Field, IconButton, Input, Select } from '@weft/ui';
import { EXPIRED, REVIEW_ROLES } from '@weft/workflow';
import type { ReviewNode } from '@weft/workflow';
import { Plus, Trash2 } from 'lucide-react';
import { dropPort, updateNode, withOptional } from '../../canvas/document/edit-node.ts';
import { FieldRow } from '../fields/field-row.tsx';
import { TemplateField } from '../fields/template-field.tsx';
import { camelCase } from '../palette/make-node.ts';
import { hasExpression } from '../preview/use-resolved.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';
import { DurationField } from './duration-field.tsx';

const ROLE_WORDS = { operator: 'Operators and above', builder: 'Builders and admins', admin: 'Admins only' } as const;
const COMMENTS = [
  { value: 'optional', label: 'May be given' },
  { value: 'required', label: 'Has to be given' },
  { value: 'none', label: 'Not asked for' },
] as const;

export function ReviewSetup({ node }: { readonly node: ReviewNode }) {
  const store = useDraftStore();
  const { findings } = useBuilder();
  const problems = fieldProblems(findings, node.id);
  const problemOf = (field: string) => problems.find((problem) => problem.field === field || problem.field.startsWith(`${field}.`));
  const set = (part: Partial<ReviewNode>, key = Object.keys(part).join()) =>
    store.apply({
      name: 'Changed the question',
      mergeKey: `review:${node.id}:${key}`,
      change: (current) => updateNode(current, node.id, (one) => (one.kind === 'review' ? { ...one, ...part } : one)),
    });
  return (
    <div className="panel-body" onBlur={() => store.seal()}>
      <FieldRow label="Question" isRequired isMapped={hasExpression(node.subject)} problem={problemOf('subject')}>
        <TemplateField
          label="Question"
          value={node.subject}
          placeholder="Send this quote?"
          isInvalid={problemOf('subject') !== undefined}
          onChange={(subject) => set({ subject })}
        />
      </FieldRow>
      <FieldRow label="Details" isMapped={hasExpression(node.details)} problem={problemOf('details')}>
        <TemplateField
          label="Details"
          isLong
          value={node.details}
          placeholder="What one should know to decide"
          onChange={(details) => set({ details })}
        />
      </FieldRow>
      <Facts node={node} onChange={(facts, key) => set({ facts: [...facts] }, key)} />
      <Choices node={node} />
      <Field label="A comment">
        <Select
          value={node.comment}
          options={COMMENTS}
          onValueChange={(value) => set({ comment: COMMENTS.find((one) => one.value === value)?.value ?? 'optional' })}
        />
      </Field>
      <Field label="Who may decide">
        <Select
          value={node.role}
          options={REVIEW_ROLES.map((role) => ({ value: role, label: ROLE_WORDS[role] }))}
          onValueChange={(value) => set({ role: REVIEW_ROLES.find((role) => role === value) ?? 'operator' })}
        />
      </Field>
      <Deadline node={node} problem={problemOf('deadline')} onChange={(deadline) => set({ deadline })} />
      <p className="field-help">
        The question appears in Review. To send somebody there, insert <code>{`{{ resume.${node.id} }}`}</code> in an operation that runs
        before or beside this node.
      </p>
    </div>
  );
}

function Facts({ node, onChange }: { readonly node: ReviewNode; onChange(facts: ReviewNode['facts'], key: string): void }) {
  return (
    <div className="field-row" role="group" aria-label="Facts">
      <div className="field-head">
        <span className="field-label">Facts</span>
        <span className="field-hint">shown as a table</span>
      </div>
      {node.facts.map((fact, index) => (
        <div key={index} className="fact-row">
          <Input
            size="dense"
            aria-label={`Label of fact ${index + 1}`}
            placeholder="Amount"
            value={fact.label}
            maxLength={80}
            onChange={(event) => onChange(node.facts.with(index, { ...fact, label: event.currentTarget.value }), `facts.${index}.label`)}
          />
          <TemplateField
            label={`Value of ${fact.label || `fact ${index + 1}`}`}
            value={typeof fact.value === 'string' ? fact.value : JSON.stringify(fact.value)}
            onChange={(value) => onChange(node.facts.with(index, { ...fact, value }), `facts.${index}.value`)}
          />
          <IconButton
            size="small"
            label={`Remove ${fact.label || `fact ${index + 1}`}`}
            onClick={() => onChange(node.facts.toSpliced(index, 1), 'facts')}
          >
            <Trash2 aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<Plus aria-hidden />}
          disabled={node.facts.length >= 30}
          onClick={() => onChange([...node.facts, { label: '', value: '' }], 'facts')}
        >
          Add fact
        </Button>
      </div>
    </div>
  );
}

function Choices({ node }: { readonly node: ReviewNode }) {
  const store = useDraftStore();
  const set = (choices: ReviewNode['choices'], name: string, mergeKey?: string) =>
    store.apply({
      name,
      ...(mergeKey === undefined ? {} : { mergeKey }),
      change: (current) => updateNode(current, node.id, (one) => (one.kind === 'review' ? { ...one, choices } : one)),
    });
  const remove = (port: string, label: string) =>
    store.apply({
      name: `Removed the choice ${label}`,
      change: (current) =>
        updateNode(dropPort(current, node.id, port), node.id, (one) =>
          one.kind === 'review' ? { ...one, choices: one.choices.filter((other) => other.port !== port) } : one,
        ),
    });
  return (
    <div className="field-row" role="group" aria-label="Choices">
      <div className="field-head">
        <span className="field-label">Choices</span>
        <span className="field-hint">each is a port</span>
      </div>
      {node.choices.map((choice, index) => (
        <div key={choice.port} className="choice-row">
          <span className="case-number">{index + 1}</span>
          <Input
            size="dense"
            aria-label={`Choice ${index + 1}`}
            value={choice.label}
            maxLength={60}
            onChange={(event) =>
              set(
                node.choices.with(index, { ...choice, label: event.currentTarget.value }),
                'Renamed a choice',
                `choice:${node.id}:${choice.port}`,
              )
            }
          />
          <IconButton
            size="small"
            label={`Remove ${choice.label}`}
            disabled={node.choices.length === 1}
            onClick={() => remove(choice.port, choice.label)}
          >
            <Trash2 aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<Plus aria-hidden />}
          disabled={node.choices.length >= 6}
          onClick={() => set([...node.choices, newChoice(node)], 'Added a choice')}
        >
          Add choice
        </Button>
      </div>
    </div>
  );
}

function newChoice(node: ReviewNode): ReviewNode['choices'][number] {
  const taken = new Set(['next', 'error', EXPIRED, ...node.choices.map(({ port }) => port)]);
  let number = node.choices.length + 1;
  while (taken.has(camelCase(`choice ${number}`))) number += 1;
  return { port: camelCase(`choice ${number}`), label: `Choice ${number}` };
}

function Deadline({
  node,
  problem,
  onChange,
}: {
  readonly node: ReviewNode;
  readonly problem: ReturnType<typeof fieldProblems>[number] | undefined;
  onChange(deadline: NonNullable<ReviewNode['deadline']>): void;
}) {
  const store = useDraftStore();
  const limit = (isOn: boolean) =>
    store.apply({
      name: isOn ? 'Set a deadline' : 'Took the deadline away',
      change: (current) =>
        updateNode(isOn ? current : dropPort(current, node.id, EXPIRED), node.id, (one) =>
          one.kind === 'review' ? withOptional(one, 'deadline', isOn ? { amount: 2, unit: 'days' } : undefined) : one,
        ),
    });
  return (
    <>
      <label className="check-line">
        <Checkbox isChecked={node.deadline !== undefined} label="Only until a deadline" onCheckedChange={limit} />
        <span>Only until a deadline</span>
      </label>
      {node.deadline !== undefined && (
        <DurationField
          label="Decide within"
          value={node.deadline}
          problem={problem}
          help="Then the run goes on by the port “Not in time”."
          onChange={onChange}
        />
      )}
    </>
  );
}
