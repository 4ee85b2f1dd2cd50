'use client';
/** What happens when a node fails: how often it is tried again, then the error port or the end of the run. */
import { Checkbox, Field, Input } from '@weft/ui';
import type { Retry, WorkflowNode } from '@weft/workflow';
import { updateNode, withOptional } from '../../canvas/document/edit-node.ts';
import { edgesFrom } from '../../canvas/document/wiring.ts';
import { useDocument, useDraftStore } from '../state/use-draft.tsx';

const USUAL: Retry = { attempts: 4, baseMs: 1000, capMs: 300_000 };
const CLASSES = [
  ['throttled', 'The other side is busy'],
  ['transient', 'Network or server trouble'],
  ['conflict', 'The record changed meanwhile'],
  ['invalid', 'The other side refused the data'],
  ['auth', 'The account is not allowed'],
  ['notFound', 'The record is gone'],
] as const;
const TRIED_BY_DEFAULT: readonly string[] = ['throttled', 'transient', 'conflict'];

export function ErrorsTab({ node }: { readonly node: WorkflowNode }) {
  const document = useDocument();
  const isWired = edgesFrom(document, node.id, 'error').length > 0;
  const when = node.kind === 'connector' ? 'After the last attempt' : 'When it fails';
  return (
    <div className="panel-body">
      {node.kind === 'loop' && node.pages !== undefined && (
        <p className="field-help">For reading a page. The nodes inside have their own.</p>
      )}
      {callsOutside(node) && <Retries node={node} />}
      <p className="panel-note" data-tone={isWired ? 'ok' : 'idle'}>
        {isWired
          ? `${when} the run goes on by the error port. What went wrong is there as error.message.`
          : `${when} the run fails. Draw an edge from the red port at the right of the node to go on another way instead.`}
      </p>
    </div>
  );
}

/** Only what calls the outside is tried again: anything else would do the same once more. */
function callsOutside(node: WorkflowNode): boolean {
  return node.kind === 'connector' || (node.kind === 'loop' && node.pages !== undefined);
}

function Retries({ node }: { readonly node: WorkflowNode }) {
  const store = useDraftStore();
  const retry = node.retry ?? USUAL;
  const set = (part: Partial<Retry>) =>
    !Object.values(part).some((value) => typeof value === 'number' && Number.isNaN(value)) &&
    store.apply({
      name: 'Changed the retries',
      mergeKey: `retry:${node.id}`,
      change: (current) => updateNode(current, node.id, (one) => withOptional(one, 'retry', { ...retry, ...part })),
    });
  const tried = retry.on ?? TRIED_BY_DEFAULT;
  return (
    <>
      <Field label="Attempts" hint={retry.attempts === 1 ? 'Tried once, never again.' : `Tried up to ${retry.attempts} times in all.`}>
        <NumberInput value={retry.attempts} min={1} max={20} onChange={(attempts) => set({ attempts })} />
      </Field>
      <div className="panel-pair">
        <Field label="First wait" aside="seconds">
          <NumberInput value={retry.baseMs / 1000} min={0} max={3600} onChange={(seconds) => set({ baseMs: Math.round(seconds * 1000) })} />
        </Field>
        <Field label="Longest wait" aside="seconds">
          <NumberInput value={retry.capMs / 1000} min={0} max={86_400} onChange={(seconds) => set({ capMs: Math.round(seconds * 1000) })} />
        </Field>
      </div>
      <p className="field-help">
        The wait doubles with each attempt and varies a little. When the other side names a time, that one is kept.
      </p>
      <fieldset className="panel-checks">
        <legend>Try again when</legend>
        {CLASSES.map(([id, label]) => (
          <label key={id} className="check-line">
            <Checkbox
              isChecked={tried.includes(id)}
              label={label}
              onCheckedChange={(isOn) =>
                set({ on: CLASSES.map(([one]) => one).filter((one) => (one === id ? isOn : tried.includes(one))) })
              }
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <Field label="Longest time for one attempt" aside="seconds" hint="Empty: the connector's own limit.">
        <NumberInput
          value={node.timeoutMs === undefined ? undefined : node.timeoutMs / 1000}
          min={1}
          max={3600}
          onChange={(seconds) =>
            store.apply({
              name: 'Changed the time limit',
              mergeKey: `timeout:${node.id}`,
              change: (current) =>
                updateNode(current, node.id, (one) =>
                  withOptional(one, 'timeoutMs', Number.isNaN(seconds) ? undefined : Math.round(seconds * 1000)),
                ),
            })
          }
        />
      </Field>
    </>
  );
}

function NumberInput({
  value,
  min,
  max,
  onChange,
}: {
  readonly value: number | undefined;
  readonly min: number;
  readonly max: number;
  onChange(value: number): void;
}) {
  return (
    <Input
      type="number"
      value={value ?? ''}
      min={min}
      max={max}
      onChange={(event) =>
        onChange(event.currentTarget.value === '' ? Number.NaN : Math.min(max, Math.max(min, event.currentTarget.valueAsNumber)))
      }
    />
  );
}
