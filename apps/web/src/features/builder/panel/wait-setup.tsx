'use client';
/** How long a run stands still, or what lets it go on. */
import { Checkbox, CopyButton, Field, Select } from '@weft/ui';
import type { Duration, WaitNode } from '@weft/workflow';
import { dropPort, updateNode, withOptional } from '../../canvas/document/edit-node.ts';
import { FieldRow } from '../fields/field-row.tsx';
import { TemplateField } from '../fields/template-field.tsx';
import { hasExpression } from '../preview/use-resolved.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';
import { DurationField } from './duration-field.tsx';

const MODES = [
  { value: 'duration', label: 'A length of time has passed' },
  { value: 'time', label: 'A certain time has come' },
  { value: 'event', label: 'Its address has been called' },
] as const;

const USUAL: Duration = { amount: 1, unit: 'hours' };

export function WaitSetup({ node }: { readonly node: WaitNode }) {
  const store = useDraftStore();
  const { findings } = useBuilder();
  const problems = fieldProblems(findings, node.id);
  const problemOf = (field: string) => problems.find((problem) => problem.field === field || problem.field.startsWith(`${field}.`));
  const change = (name: string, part: (one: WaitNode) => WaitNode) =>
    store.apply({
      name: 'Changed the wait',
      mergeKey: `wait:${node.id}:${name}`,
      change: (current) => updateNode(current, node.id, (one) => (one.kind === 'wait' ? part(one) : one)),
    });
  return (
    <div className="panel-body" onBlur={() => store.seal()}>
      <Field label="The run goes on when">
        <Select
          value={node.mode}
          options={MODES}
          onValueChange={(value) => {
            const mode = MODES.find((one) => one.value === value)?.value ?? 'duration';
            change('mode', (one) => ({ ...one, mode, ...(mode === 'duration' && one.duration === undefined ? { duration: USUAL } : {}) }));
          }}
        />
      </Field>
      {node.mode === 'duration' && (
        <DurationField
          label="Wait for"
          isRequired
          value={node.duration ?? { amount: '', unit: 'hours' }}
          problem={problemOf('duration')}
          onChange={(duration) => change('duration', (one) => ({ ...one, duration }))}
        />
      )}
      {node.mode === 'time' && (
        <FieldRow
          label="Until"
          isRequired
          isMapped={hasExpression(node.time ?? '')}
          hint="date and time"
          help="A time that is past goes on at once. A time without a zone counts as UTC."
          problem={problemOf('time')}
        >
          <TemplateField
            label="Until"
            value={typeof node.time === 'string' ? node.time : node.time === undefined ? '' : String(node.time)}
            placeholder="2026-11-20T09:00:00Z"
            onChange={(time) => change('time', (one) => ({ ...one, time }))}
          />
        </FieldRow>
      )}
      {node.mode === 'event' && <EventParts node={node} problem={problemOf('timeout')} onChange={change} />}
      <p className="panel-note">While it waits the run is a row in the database and no process is held, however long it takes.</p>
    </div>
  );
}

function EventParts({
  node,
  problem,
  onChange,
}: {
  readonly node: WaitNode;
  readonly problem: ReturnType<typeof fieldProblems>[number] | undefined;
  onChange(name: string, part: (one: WaitNode) => WaitNode): void;
}) {
  const store = useDraftStore();
  const expression = `{{ resume.${node.id} }}`;
  const { timeout } = node;
  const limit = (isOn: boolean) =>
    store.apply({
      name: isOn ? 'Limited the wait' : 'Took the limit away',
      change: (current) =>
        updateNode(isOn ? current : dropPort(current, node.id, 'timeout'), node.id, (one) =>
          one.kind === 'wait' ? withOptional(one, 'timeout', isOn ? { amount: 1, unit: 'days' } : undefined) : one,
        ),
    });
  return (
    <>
      <div className="field-row">
        <div className="field-head">
          <span className="field-label">Its address</span>
        </div>
        <div className="hook">
          <code>{expression}</code>
          <CopyButton text={expression} />
        </div>
        <p className="field-help">
          Send it in an operation before this node. Each run has its own address, good for one POST; what is posted becomes the output. An
          answer that comes before the run gets here is kept.
        </p>
      </div>
      <label className="check-line">
        <Checkbox isChecked={timeout !== undefined} label="Wait for a limited time only" onCheckedChange={limit} />
        <span>Wait for a limited time only</span>
      </label>
      {timeout !== undefined && (
        <DurationField
          label="At most"
          value={timeout}
          problem={problem}
          help="Then the run goes on by the port “Not in time”."
          onChange={(next) => onChange('timeout', (one) => ({ ...one, timeout: next }))}
        />
      )}
    </>
  );
}
