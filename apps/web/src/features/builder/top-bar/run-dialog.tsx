'use client';
/** Runs the draft once with a payload that can be edited. Reads and writes are real. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Dialog, ErrorNote, Select, Textarea } from '@weft/ui';
import type { JsonValue } from '@weft/workflow';
import { Play } from 'lucide-react';
import { useState } from 'react';
import { useTRPC } from '../../../trpc/client.tsx';
import { errorIssues, errorMessage } from '../../../trpc/errors.ts';
import { readJson } from '../fields/property-field.tsx';
import { sampleOf } from '../preview/static-samples.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { useDocument } from '../state/use-draft.tsx';

interface RunDialogProps {
  readonly isOpen: boolean;
  onOpenChange(isOpen: boolean): void;
  /** Saves what is not saved yet, so that the run sees it. */
  flush(): Promise<void>;
  onStarted(runId: string): void;
}

export function RunDialog(props: RunDialogProps) {
  return (
    <Dialog
      isOpen={props.isOpen}
      onOpenChange={props.onOpenChange}
      size="large"
      title="Run with a sample"
      description="Runs the draft once, as it is now. What it writes is really written."
    >
      {props.isOpen && <RunForm {...props} />}
    </Dialog>
  );
}

/** Where a payload can come from. */
function usePayloads(): { readonly label: string; readonly value: unknown }[] {
  const { catalog, bindings, workflowId, samples } = useBuilder();
  const document = useDocument();
  const trpc = useTRPC();
  const trigger = document.nodes.find((node) => node.kind === 'trigger');
  const connectionId = trigger?.kind === 'trigger' && trigger.slot !== undefined ? bindings[trigger.slot] : undefined;
  const examples = useQuery(
    trpc.catalog.examples.queryOptions(
      trigger?.kind === 'trigger'
        ? {
            ...(connectionId === undefined ? {} : { connectionId }),
            connector: trigger.connector,
            operation: trigger.operation,
            input: trigger.input,
          }
        : { connector: '', operation: '', input: {} },
      { enabled: trigger?.kind === 'trigger' && connectionId !== undefined, retry: false, staleTime: 30_000 },
    ),
  );
  const last = useQuery(trpc.runs.list.queryOptions({ workflowId, limit: 1 }));
  const lastId = last.data?.runs[0]?.id;
  const lastRun = useQuery(trpc.runs.get.queryOptions({ id: lastId ?? '' }, { enabled: lastId !== undefined }));
  const own = trigger === undefined ? undefined : sampleOf(trigger, catalog);
  return [
    ...(examples.data ?? []).map((value, index) => ({ label: `From the account: ${nameIn(value) ?? `example ${index + 1}`}`, value })),
    ...(lastRun.data === undefined
      ? []
      : [
          {
            label: `The last run${lastRun.data.run.businessKey === null ? '' : `: ${lastRun.data.run.businessKey}`}`,
            value: lastRun.data.input,
          },
        ]),
    ...(own === undefined ? [] : [{ label: 'Example of the connector', value: own }]),
    ...(own === undefined && samples.scope.trigger !== undefined ? [{ label: 'Chosen sample', value: samples.scope.trigger }] : []),
  ];
}

/** A name somewhere near the top of a payload, to tell examples apart. */
function nameIn(value: unknown): string | undefined {
  const record = typeof value === 'object' && value !== null ? ((value as { record?: unknown }).record ?? value) : undefined;
  const name =
    typeof record === 'object' && record !== null
      ? ((record as Record<string, unknown>)['Name'] ??
        (record as Record<string, unknown>)['name'] ??
        (record as Record<string, unknown>)['summary'])
      : undefined;
  return typeof name === 'string' ? name : undefined;
}

function RunForm({ flush, onStarted, onOpenChange }: RunDialogProps) {
  const { workflowId } = useBuilder();
  const trpc = useTRPC();
  const payloads = usePayloads();
  const [typed, setTyped] = useState<string>();
  const [picked, setPicked] = useState(0);
  const text = typed ?? (payloads[picked] === undefined ? '{}' : JSON.stringify(payloads[picked].value, null, 2));
  const read = readJson(text);
  const start = useMutation(trpc.runs.start.mutationOptions());
  const [isSaving, setSaving] = useState(false);
  const run = async () => {
    setSaving(true);
    await flush();
    setSaving(false);
    // Without text there is nothing to send; an empty object is what a run by hand gets.
    const payload: JsonValue = read.value ?? {};
    start.mutate(
      { workflowId, payload, version: 'draft' },
      {
        onSuccess: ({ runId }) => {
          onOpenChange(false);
          onStarted(runId);
        },
      },
    );
  };
  return (
    <div className="run-form">
      {payloads.length > 0 && (
        <Select
          aria-label="Sample"
          value={typed === undefined ? String(picked) : undefined}
          placeholder="Edited"
          options={payloads.map((payload, index) => ({ value: String(index), label: payload.label }))}
          onValueChange={(value) => {
            setTyped(undefined);
            setPicked(Number(value));
          }}
        />
      )}
      <Textarea
        isCode
        rows={16}
        aria-label="Payload as JSON"
        data-testid="run-payload"
        value={text}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {read.error !== undefined && <p className="resolved resolved-bad">{read.error}</p>}
      {start.error !== null && <ErrorNote message={errorMessage(start.error)} issues={errorIssues(start.error)} />}
      <div className="run-form-foot">
        <Button variant="ghost" onClick={() => onOpenChange(false)}>
          Cancel
        </Button>
        <Button
          variant="primary"
          icon={<Play aria-hidden />}
          isBusy={isSaving || start.isPending}
          disabled={read.error !== undefined}
          onClick={() => void run()}
          data-testid="run-start"
        >
          Run
        </Button>
      </div>
    </div>
  );
}
