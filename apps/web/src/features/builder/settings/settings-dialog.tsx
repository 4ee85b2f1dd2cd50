'use client';
/** What concerns all runs of a workflow: how many at once, in which order, for how long, and what they are called. */
import { Field, Input, Select } from '@weft/ui';
import { completeAt } from '@weft/expression';
import { titleOf } from '@weft/workflow';
import { Dialog } from 'radix-ui';
import { useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { DataTree } from '../data/data-panel.tsx';
import type { DataSource } from '../data/data-tree.ts';
import { NodeFieldsContext } from '../fields/field-context.tsx';
import type { NodeFields, OpenField } from '../fields/field-context.tsx';
import { FieldRow } from '../fields/field-row.tsx';
import { pillFace } from '../fields/pill-face.ts';
import { TemplateField } from '../fields/template-field.tsx';
import { hasExpression } from '../preview/use-resolved.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { useDocument, useDraftStore } from '../state/use-draft.tsx';
import { WideDialog } from '../wide-dialog.tsx';
import { spanMs, spanOf, UNITS } from './time-span.ts';
import type { TimeUnit } from './time-span.ts';
import { MOST_AT_ONCE, MOST_DAYS, settingsOf, withSettings } from './workflow-settings.ts';
import type { SettingsValues } from './workflow-settings.ts';

export function SettingsDialog({ onClose }: { onClose(): void }) {
  const first = useRef<HTMLInputElement>(null);
  const field = useRef<OpenField>(undefined);
  const [activeKey, setActiveKey] = useState<string>();
  const open = (next: OpenField) => {
    field.current = next;
    setActiveKey(next.key);
  };
  return (
    <WideDialog
      title="Settings of the workflow"
      className="settings-dialog"
      testId="workflow-settings"
      isDescribed
      onClose={onClose}
      onOpenAutoFocus={(event) => {
        event.preventDefault();
        first.current?.focus();
      }}
      onEscapeKeyDown={(event) => document.querySelector('.cm-tooltip') !== null && event.preventDefault()}
    >
      <div className="settings-columns">
        <SettingsFields first={first} open={open} activeKey={activeKey} />
        <EventData field={activeKey === undefined ? undefined : field.current} />
      </div>
    </WideDialog>
  );
}

function SettingsFields({
  first,
  open,
  activeKey,
}: Pick<NodeFields, 'open' | 'activeKey'> & { readonly first: RefObject<HTMLInputElement | null> }) {
  const store = useDraftStore();
  const document = useDocument();
  const { findings } = useBuilder();
  const values = settingsOf(document);
  const fields = useFields(open, activeKey);
  const problem = (path: string) => {
    // What cannot be read is told by the line under the field, with its place.
    const found = findings.find((finding) => finding.path === `settings.${path}` && finding.code !== 'expression_syntax');
    return found === undefined ? undefined : { level: found.severity, message: found.message };
  };
  const set = (part: SettingsValues) =>
    store.apply({
      name: 'Changed the settings',
      mergeKey: `settings:${Object.keys(part).join()}`,
      change: (current) => withSettings(current, part),
    });
  return (
    <NodeFieldsContext value={fields}>
      <div className="settings-fields" onBlur={() => store.seal()}>
        <Dialog.Description className="field-help">
          They are kept in the draft and count for runs of the version that is published next.
        </Dialog.Description>
        <Field label="Runs at once, at most" hint="More than that wait for their turn. Empty: no limit.">
          <Input
            ref={first}
            type="number"
            min={1}
            max={MOST_AT_ONCE}
            placeholder="No limit"
            value={values.limit ?? ''}
            onChange={(event) => set({ limit: event.currentTarget.valueAsNumber })}
          />
        </Field>
        <FieldRow
          label="One at a time per"
          isMapped={hasExpression(values.key)}
          help="Runs with the same value go one after the other, in the order in which they came; others go beside them."
          problem={problem('concurrency.key')}
        >
          <TemplateField
            label="One at a time per"
            value={values.key ?? ''}
            placeholder="Insert what they share, such as the record’s id"
            isInvalid={problem('concurrency.key')?.level === 'error'}
            onChange={(key) => set({ key })}
          />
        </FieldRow>
        <RunTimeField value={values.timeoutMs} onChange={(timeoutMs) => set({ timeoutMs })} />
        <Field label="Days that ended runs are kept" hint="Then they are removed with their steps. Empty: as long as this Weft keeps runs.">
          <Input
            type="number"
            min={1}
            max={MOST_DAYS}
            placeholder="As usual"
            value={values.retentionDays ?? ''}
            onChange={(event) => set({ retentionDays: event.currentTarget.valueAsNumber })}
          />
        </Field>
        <FieldRow
          label="Business key"
          isMapped={hasExpression(values.businessKey)}
          help="What people find a run by in the list, such as the customer’s name."
          problem={problem('businessKey')}
        >
          <TemplateField
            label="Business key"
            value={values.businessKey ?? ''}
            placeholder="Insert a name"
            isInvalid={problem('businessKey')?.level === 'error'}
            onChange={(businessKey) => set({ businessKey })}
          />
        </FieldRow>
      </div>
    </NodeFieldsContext>
  );
}

/** Keys see the event and nothing else: no step has run when they are made. */
function useFields(open: NodeFields['open'], activeKey: string | undefined): NodeFields {
  const { catalog, samples } = useBuilder();
  const document = useDocument();
  return useMemo(() => {
    const none = new Set<string>();
    const scope = { trigger: samples.scope.trigger };
    return {
      nodeId: '',
      loop: undefined,
      face: (expression) => pillFace(expression, { document, catalog, earlier: none, certain: none }),
      complete: (expression, position) => completeAt(expression, position, scope),
      activeKey,
      open,
    };
  }, [catalog, samples.scope.trigger, document, activeKey, open]);
}

function EventData({ field }: { readonly field: OpenField | undefined }) {
  const { catalog, samples } = useBuilder();
  const document = useDocument();
  const sources = useMemo((): DataSource[] => {
    const node = document.nodes.find((one) => one.kind === 'trigger');
    if (node === undefined) return [];
    return [{ root: 'trigger', title: titleOf(node, catalog), nodeId: node.id, value: samples.scope.trigger }];
  }, [catalog, document.nodes, samples.scope.trigger]);
  return (
    <section className="settings-data" aria-label="Data of the event">
      <p className="data-nothing">
        {sources.length === 0
          ? 'Choose what starts the workflow; its data is then here.'
          : field === undefined
            ? 'Click into a key at the left, then on a value here.'
            : `For “${field.label}”`}
      </p>
      {sources.length > 0 && <DataTree sources={sources} query="" onInsert={(expression) => field?.insert(expression)} />}
    </section>
  );
}

interface RunTimeFieldProps {
  readonly value: number | undefined;
  onChange(ms: number | undefined): void;
}

function RunTimeField({ value, onChange }: RunTimeFieldProps) {
  const span = value === undefined ? undefined : spanOf(value);
  const [picked, setPicked] = useState<TimeUnit>(span?.unit ?? 'minutes');
  // The unit somebody picked stays while they type: 60 minutes do not become an hour under their hands.
  const amount = value === undefined ? undefined : value / spanMs(1, picked);
  const isOdd = amount !== undefined && !Number.isInteger(amount * 100);
  const shown = isOdd && span !== undefined ? span : { amount, unit: picked };
  return (
    <Field label="Longest time for a run" hint="A run that is not done by then fails; its waits count. Empty: no limit.">
      <div className="duration-field">
        <Input
          type="number"
          min={0}
          step="any"
          placeholder="No limit"
          aria-label="Longest time for a run, number"
          value={shown.amount ?? ''}
          onChange={(event) => {
            const next = event.currentTarget.valueAsNumber;
            onChange(Number.isNaN(next) ? undefined : spanMs(next, shown.unit));
          }}
        />
        <Select
          aria-label="Longest time for a run, unit"
          value={shown.unit}
          options={UNITS.map((unit) => ({ value: unit, label: unit }))}
          onValueChange={(next) => {
            const unit = UNITS.find((one) => one === next) ?? 'minutes';
            setPicked(unit);
            if (shown.amount !== undefined) onChange(spanMs(shown.amount, unit));
          }}
        />
      </div>
    </Field>
  );
}
