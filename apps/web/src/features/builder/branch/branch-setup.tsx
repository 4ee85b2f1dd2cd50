'use client';
/** A branch's cases in order: the first that is true is taken, else the way called Otherwise. */
import { Button, IconButton, Input } from '@weft/ui';
import type { BranchCase, BranchNode } from '@weft/workflow';
import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react';
import { dropPort, updateNode } from '../../canvas/document/edit-node.ts';
import { camelCase } from '../palette/make-node.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import type { FieldProblem } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';
import { ConditionField } from './condition-field.tsx';

export function BranchSetup({ node }: { readonly node: BranchNode }) {
  const store = useDraftStore();
  const { findings } = useBuilder();
  const problems = fieldProblems(findings, node.id);
  const setCases = (cases: readonly BranchCase[], name: string, mergeKey?: string) =>
    store.apply({
      name,
      ...(mergeKey === undefined ? {} : { mergeKey }),
      change: (current) => updateNode(current, node.id, (one) => (one.kind === 'branch' ? { ...one, cases: [...cases] } : one)),
    });
  const remove = (port: string, label: string) =>
    store.apply({
      name: `Removed the case ${label}`,
      change: (current) =>
        updateNode(dropPort(current, node.id, port), node.id, (one) =>
          one.kind === 'branch' ? { ...one, cases: one.cases.filter((other) => other.port !== port) } : one,
        ),
    });
  return (
    <div className="panel-body" onBlur={() => store.seal()}>
      <p className="field-help">The first case that is true is taken.</p>
      {node.cases.map((one, index) => (
        <CaseCard
          key={one.port}
          one={one}
          index={index}
          count={node.cases.length}
          problem={problems.find(
            (problem) =>
              problem.field.startsWith(`cases.${index}.`) ||
              problem.field.startsWith(`cases[${index}]`) ||
              problem.field.startsWith(`cases.${one.port}.`),
          )}
          onChange={(next) => setCases(node.cases.with(index, next), 'Changed a case', `case:${node.id}:${one.port}`)}
          onMove={(by) => setCases(node.cases.toSpliced(index, 1).toSpliced(index + by, 0, one), `Moved the case ${one.label}`)}
          onRemove={() => remove(one.port, one.label)}
        />
      ))}
      <Button
        size="small"
        icon={<Plus aria-hidden />}
        disabled={node.cases.length >= 20}
        onClick={() => setCases([...node.cases, newCase(node)], 'Added a case')}
      >
        Add case
      </Button>
      <div className="case-otherwise">
        <strong>Otherwise</strong>
        <span>when none of the cases is true</span>
      </div>
    </div>
  );
}

function newCase(node: BranchNode): BranchCase {
  const taken = new Set(['otherwise', 'error', 'next', ...node.cases.map((one) => one.port)]);
  let number = node.cases.length + 1;
  while (taken.has(camelCase(`case ${number}`))) number += 1;
  return { port: camelCase(`case ${number}`), label: `Case ${number}`, when: '' };
}

interface CaseCardProps {
  readonly one: BranchCase;
  readonly index: number;
  readonly count: number;
  readonly problem: FieldProblem | undefined;
  onChange(next: BranchCase): void;
  onMove(by: -1 | 1): void;
  onRemove(): void;
}

function CaseCard({ one, index, count, problem, onChange, onMove, onRemove }: CaseCardProps) {
  return (
    <section className="case" aria-label={`Case ${one.label}`}>
      <div className="case-head">
        <span className="case-number">{index + 1}</span>
        <Input
          size="dense"
          aria-label="Label of the case"
          value={one.label}
          maxLength={60}
          onChange={(event) => onChange({ ...one, label: event.currentTarget.value })}
        />
        <IconButton size="small" label={`Move ${one.label} up`} disabled={index === 0} onClick={() => onMove(-1)}>
          <ArrowUp aria-hidden />
        </IconButton>
        <IconButton size="small" label={`Move ${one.label} down`} disabled={index === count - 1} onClick={() => onMove(1)}>
          <ArrowDown aria-hidden />
        </IconButton>
        <IconButton size="small" label={`Remove ${one.label}`} disabled={count === 1} onClick={onRemove}>
          <Trash2 aria-hidden />
        </IconButton>
      </div>
      <ConditionField text={one.when} label={one.label} problem={problem} onChange={(when) => onChange({ ...one, when })} />
    </section>
  );
}
