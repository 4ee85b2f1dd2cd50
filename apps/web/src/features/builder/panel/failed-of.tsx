'use client';
/** Of which workflows a trigger hears that their runs failed. */
import { useQuery } from '@tanstack/react-query';
import { Checkbox, Field, Select } from '@weft/ui';
import type { TriggerNode } from '@weft/workflow';
import { updateNode } from '../../canvas/document/edit-node.ts';
import { useTRPC } from '../../../trpc/client.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { useDraftStore } from '../state/use-draft.tsx';

const NONE: readonly string[] = [];

export function FailedOf({ node }: { readonly node: TriggerNode }) {
  const store = useDraftStore();
  const { workflow } = useBuilder();
  const trpc = useTRPC();
  const workflows = useQuery(trpc.workflows.list.queryOptions(undefined, { staleTime: 5000 }));
  const chosen = Array.isArray(node.input['workflows']) ? node.input['workflows'].filter((id) => typeof id === 'string') : undefined;
  const set = (ids: readonly string[] | undefined) =>
    store.apply({
      name: 'Changed whose failures it hears of',
      change: (current) =>
        updateNode(current, node.id, (one) =>
          one.kind === 'trigger' ? { ...one, input: ids === undefined ? {} : { workflows: [...ids] } } : one,
        ),
    });
  const others = (workflows.data ?? []).filter(({ id }) => id !== workflow.id);
  const gone = (chosen ?? NONE).filter((id) => workflows.data !== undefined && !others.some((one) => one.id === id));
  return (
    <div className="panel-body">
      <Field label="Hears of" hint="Never of itself, nor of other workflows that start when a run fails, nor of the runs that these call.">
        <Select
          value={chosen === undefined ? 'any' : 'some'}
          options={[
            { value: 'any', label: 'Any workflow' },
            { value: 'some', label: 'Chosen workflows' },
          ]}
          onValueChange={(value) => set(value === 'any' ? undefined : [])}
        />
      </Field>
      {chosen !== undefined && (
        <fieldset className="panel-checks">
          <legend>Workflows</legend>
          {others.map(({ id, name }) => (
            <label key={id} className="check-line">
              <Checkbox
                isChecked={chosen.includes(id)}
                label={name}
                onCheckedChange={(isOn) => set(isOn ? [...chosen, id] : chosen.filter((one) => one !== id))}
              />
              <span>{name}</span>
            </label>
          ))}
          {gone.map((id) => (
            <label key={id} className="check-line">
              <Checkbox isChecked label="A deleted workflow" onCheckedChange={() => set(chosen.filter((one) => one !== id))} />
              <span>A deleted workflow</span>
            </label>
          ))}
          {others.length === 0 && <p className="field-help">There is no other workflow yet.</p>}
        </fieldset>
      )}
      {chosen?.length === 0 && others.length > 0 && <p className="panel-note">As long as none is chosen it hears of any workflow.</p>}
    </div>
  );
}
