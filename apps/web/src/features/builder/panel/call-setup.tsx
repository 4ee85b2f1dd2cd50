'use client';
/** Which workflow is called, with what, and whether it is waited for. */
import { useQuery } from '@tanstack/react-query';
import { Combobox, Field, Select } from '@weft/ui';
import type { SelectOption } from '@weft/ui';
import type { CallNode, JsonValue } from '@weft/workflow';
import Link from 'next/link';
import { updateNode } from '../../canvas/document/edit-node.ts';
import { useTRPC } from '../../../trpc/client.tsx';
import { errorMessage } from '../../../trpc/errors.ts';
import { FieldRow } from '../fields/field-row.tsx';
import { TemplateField } from '../fields/template-field.tsx';
import { hasExpression } from '../preview/use-resolved.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';

const TYPE_HINTS = {
  text: 'text',
  number: 'number',
  boolean: 'true or false',
  time: 'time',
  list: 'list',
  object: 'object',
  any: '',
} as const;

export function CallSetup({ node }: { readonly node: CallNode }) {
  const store = useDraftStore();
  const { findings } = useBuilder();
  const trpc = useTRPC();
  const callable = useQuery(trpc.workflows.callable.queryOptions(undefined, { staleTime: 5000 }));
  const problem = fieldProblems(findings, node.id).find((one) => one.field === 'workflowId');
  const chosen = callable.data?.find(({ id }) => id === node.workflowId);
  const set = (part: Partial<CallNode>, key: string) =>
    store.apply({
      name: 'Changed the call',
      mergeKey: `call:${node.id}:${key}`,
      change: (current) => updateNode(current, node.id, (one) => (one.kind === 'call' ? { ...one, ...part } : one)),
    });
  const setInput = (name: string, value: JsonValue) => set({ input: { ...node.input, [name]: value } }, `input.${name}`);
  return (
    <div className="panel-body" onBlur={() => store.seal()}>
      <FieldRow label="Workflow" isRequired problem={problem ?? standing(node, callable.data !== undefined, chosen)}>
        <Combobox
          aria-label="Workflow"
          value={node.workflowId === '' ? undefined : node.workflowId}
          options={offered(node, callable.data ?? [])}
          placeholder={node.workflowName === '' ? 'Choose a workflow' : node.workflowName}
          isLoading={callable.isPending}
          error={callable.error === null ? undefined : errorMessage(callable.error)}
          onValueChange={(id) => {
            const next = callable.data?.find((one) => one.id === id);
            if (next) set({ workflowId: next.id, workflowName: next.name }, 'workflow');
          }}
        />
      </FieldRow>
      {callable.data?.length === 0 && (
        <p className="panel-note">
          No workflow here can be called yet. Give one the trigger “When another workflow calls it”, publish it and switch it on.
        </p>
      )}
      {chosen !== undefined && (
        <p className="field-help">
          <Link href={`/workflows/${chosen.id}`}>Open “{chosen.name}”</Link>
        </p>
      )}
      {(chosen?.fields ?? []).map((field) => {
        const value = node.input[field.name];
        const label = field.label === '' ? field.name : field.label;
        return (
          <FieldRow
            key={field.name}
            label={label}
            isRequired={field.required}
            hint={TYPE_HINTS[field.type]}
            isMapped={hasExpression(value ?? '')}
            problem={
              field.required && (value === undefined || value === '')
                ? { level: 'warning', message: 'The called workflow asks for it; without it the call fails.' }
                : undefined
            }
          >
            <TemplateField
              label={label}
              value={value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)}
              onChange={(next) => setInput(field.name, next)}
            />
          </FieldRow>
        );
      })}
      <Field
        label="And then"
        hint={
          node.waits
            ? 'What it gives is this node’s output. If it fails, its error goes to the error port, or this run fails too.'
            : 'Whatever becomes of it, this run has gone on. The output is { runId }.'
        }
      >
        <Select
          value={node.waits ? 'wait' : 'start'}
          options={[
            { value: 'wait', label: 'Wait until it has ended' },
            { value: 'start', label: 'Only start it' },
          ]}
          onValueChange={(value) => set({ waits: value === 'wait' }, 'waits')}
        />
      </Field>
    </div>
  );
}

/** The workflows to choose from; the chosen one keeps its name while the list is fetched, and when it is not in it any more. */
function offered(
  node: CallNode,
  callable: readonly { readonly id: string; readonly name: string; readonly enabled: boolean }[],
): SelectOption[] {
  const options = callable.map(({ id, name, enabled }) => ({ value: id, label: name, ...(enabled ? {} : { hint: 'off' }) }));
  const isOffered = node.workflowId === '' || callable.some(({ id }) => id === node.workflowId);
  return isOffered ? options : [{ value: node.workflowId, label: node.workflowName || 'A workflow' }, ...options];
}

/** What keeps the chosen workflow from being called. */
function standing(
  node: CallNode,
  isKnown: boolean,
  chosen: { readonly enabled: boolean; readonly name: string } | undefined,
): { readonly level: 'error' | 'warning'; readonly message: string } | undefined {
  if (!isKnown || node.workflowId === '') return undefined;
  if (!chosen) return { level: 'error', message: 'This workflow was deleted, or cannot be called any more. Choose another one.' };
  return chosen.enabled
    ? undefined
    : { level: 'warning', message: `“${chosen.name}” is switched off; calls fail until it is switched on.` };
}
