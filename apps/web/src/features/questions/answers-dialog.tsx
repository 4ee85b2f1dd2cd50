'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Dialog, ErrorNote, Field, Select, Skeleton, toast } from '@weft/ui';
import type { JsonValue } from '@weft/workflow';
import { useTRPC, useTRPCClient } from '../../trpc/client.tsx';
import type { RouterOutputs } from '../../trpc/client.tsx';
import { errorIssues, errorMessage } from '../../trpc/errors.ts';
import { questionsOf, slotsOf } from '../templates/template-facts.ts';
import { useConnectors } from '../templates/use-connectors.ts';
import { AnswerField } from './answer-field.tsx';

type Workflow = RouterOutputs['workflows']['get'];
type Connection = RouterOutputs['connections']['list'][number];

interface AnswersDialogProps {
  workflowId: string;
  isOpen: boolean;
  onClose: () => void;
}

/** Which accounts a workflow uses and how its questions are answered, to be changed without touching the workflow. */
export function AnswersDialog(props: AnswersDialogProps): ReactNode {
  return props.isOpen ? <Open {...props} /> : null;
}

function Open({ workflowId, onClose }: AnswersDialogProps): ReactNode {
  const trpc = useTRPC();
  const workflow = useQuery({ ...trpc.workflows.get.queryOptions({ id: workflowId }), staleTime: 0 });
  const connections = useQuery(trpc.connections.list.queryOptions());
  const error = workflow.error ?? connections.error;
  if (workflow.data && connections.data && workflow.isFetchedAfterMount)
    return <Form workflow={workflow.data} connections={connections.data} onClose={onClose} />;
  return (
    <Dialog isOpen onOpenChange={onClose} title="Accounts and answers">
      {error ? <ErrorNote className="mb-4" message={errorMessage(error)} /> : <Skeleton className="mb-4 !h-40 w-full" />}
    </Dialog>
  );
}

function Form({
  workflow,
  connections,
  onClose,
}: {
  workflow: Workflow;
  connections: readonly Connection[];
  onClose: () => void;
}): ReactNode {
  const connectors = useConnectors();
  const questions = useQuestions(workflow);
  const slots = slotsOf([workflow.draft]);
  const [bindings, setBindings] = useState<Readonly<Record<string, string>>>(workflow.bindings);
  const [config, setConfig] = useState<Readonly<Record<string, JsonValue>>>(() => answersOf(workflow));
  const save = useSaveAnswers(workflow, onClose);
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title="Accounts and answers"
      description={`Of “${workflow.name}”. The next run uses them; the workflow itself stays as it is.`}
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="primary" isBusy={save.isPending} onClick={() => save.mutate({ bindings, config })} data-testid="answers-save">
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pb-2" data-testid="answers">
        {slots.size === 0 && questions.size === 0 ? <p className="text-text-2">It needs no account and asks nothing.</p> : null}
        {[...slots].map(([slot, { connector, title }]) => {
          const fitting = connections.filter((connection) => connection.connector === connector);
          return (
            <Field key={slot} label={title ?? connectors.get(connector)?.title ?? connector} isRequired>
              <Select
                value={fitting.find(({ id }) => id === bindings[slot])?.id}
                onValueChange={(id) => setBindings({ ...bindings, [slot]: id })}
                placeholder={fitting.length === 0 ? 'No account yet: connect one under Connections' : 'Choose an account'}
                disabled={fitting.length === 0}
                options={fitting.map(({ id, name, isDemo }) => ({ value: id, label: name, ...(isDemo ? { hint: 'demo' } : {}) }))}
                data-testid={`answers-account-${slot}`}
              />
            </Field>
          );
        })}
        {[...questions].map(([key, question]) => (
          <AnswerField
            key={key}
            name={key}
            question={question}
            value={config[key]}
            onChange={(value) => setConfig({ ...config, [key]: value })}
            context={{ slots, bindings, config }}
          />
        ))}
        {save.error ? <ErrorNote message={errorMessage(save.error)} issues={errorIssues(save.error)} /> : null}
      </div>
    </Dialog>
  );
}

/** The questions, in the order of the template they came from: the database keeps none. */
function useQuestions({ draft, templateId }: Workflow): ReturnType<typeof questionsOf> {
  const trpc = useTRPC();
  const templates = useQuery({ ...trpc.templates.list.queryOptions(), staleTime: 60_000 });
  const origin = templates.data?.find(({ id }) => id === templateId);
  const order = [...questionsOf(origin?.documents ?? []).keys()];
  const place = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return new Map([...questionsOf([draft])].toSorted(([one], [other]) => place(one) - place(other)));
}

/** The answers given, and the workflow's own where none was. */
function answersOf({ draft, config }: Workflow): Record<string, JsonValue> {
  return Object.fromEntries(
    [...questionsOf([draft])].flatMap(([key, question]) => {
      const answer = (config[key] as JsonValue | undefined) ?? question.default;
      return answer === undefined ? [] : [[key, answer]];
    }),
  );
}

function useSaveAnswers(workflow: Workflow, onClose: () => void) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (next: { bindings: Readonly<Record<string, string>>; config: Readonly<Record<string, JsonValue>> }) => {
      const { id } = workflow;
      if (!isEqual(next.bindings, workflow.bindings)) await client.workflows.setBindings.mutate({ id, bindings: { ...next.bindings } });
      if (!isEqual(next.config, workflow.config)) await client.workflows.setConfig.mutate({ id, config: { ...next.config } });
    },
    onSuccess: () => {
      toast.success('Saved; the next run uses it');
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.workflows.pathKey() }),
  });
}

function isEqual(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => one[key] === other[key]);
}
