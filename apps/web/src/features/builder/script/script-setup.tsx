'use client';
/** The code of a script node, what it may take, and its trial. */
import { Field, IconButton, Input } from '@weft/ui';
import { LONGEST_SCRIPT_MS, SCRIPT_TIMEOUT_MS } from '@weft/workflow';
import type { ScriptNode } from '@weft/workflow';
import { Maximize2 } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { updateNode, withOptional } from '../../canvas/document/edit-node.ts';
import { useNodeFields } from '../fields/field-context.tsx';
import { FieldRow } from '../fields/field-row.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';
import { ScriptDialog } from './script-dialog.tsx';
import { ScriptEditor } from './script-editor.tsx';
import type { ScriptHandle } from './script-editor.tsx';
import { ScriptHint } from './script-hint.tsx';
import { ScriptProblems } from './script-problems.tsx';
import { TrialPart } from './trial-part.tsx';
import { useScript } from './use-script.ts';

export function ScriptSetup({ node }: { readonly node: ScriptNode }) {
  const script = useScript(node);
  const fields = useNodeFields();
  const { findings } = useBuilder();
  const key = useId();
  const handle = useRef<ScriptHandle>(null);
  const [isLarge, setLarge] = useState(false);
  const problems = fieldProblems(findings, node.id);
  const insert = (text: string) => handle.current?.insert(text);
  return (
    <div className="panel-body">
      <FieldRow
        label="JavaScript"
        isRequired
        isMapped={node.code.includes('trigger') || node.code.includes('steps.')}
        problem={problems.find((problem) => problem.field === 'code')}
        hint={
          <IconButton label="Open large" size="small" onClick={() => setLarge(true)} data-testid="script-large">
            <Maximize2 aria-hidden />
          </IconButton>
        }
      >
        <ScriptEditor
          ref={handle}
          name={node.id}
          code={node.code}
          label="JavaScript"
          declarations={script.declarations}
          failure={script.failure}
          onChange={script.setCode}
          onFocus={(element) => fields.open({ key, label: 'JavaScript', element, write: script.write, insert })}
          onBlur={script.seal}
          onProblems={script.setProblems}
          onTry={script.trial.run}
          onHistory={script.onHistory}
        />
        <ScriptProblems problems={script.problems} onGoTo={(problem) => handle.current?.goTo(problem)} />
        <ScriptHint timeoutMs={node.timeoutMs} />
      </FieldRow>
      <TrialPart trial={script.trial} onGoTo={(line) => handle.current?.goTo({ line, column: 1 })} />
      <TimeLimit node={node} problem={problems.find((problem) => problem.field === 'timeoutMs')?.message} />
      {isLarge && <ScriptDialog script={script} onClose={() => setLarge(false)} />}
    </div>
  );
}

function TimeLimit({ node, problem }: { readonly node: ScriptNode; readonly problem: string | undefined }) {
  const store = useDraftStore();
  const set = (seconds: number) =>
    store.apply({
      name: 'Changed the time limit',
      mergeKey: `timeout:${node.id}`,
      change: (current) =>
        updateNode(current, node.id, (one) =>
          withOptional(one, 'timeoutMs', Number.isNaN(seconds) ? undefined : Math.min(3_600_000, Math.max(1, Math.round(seconds * 1000)))),
        ),
    });
  return (
    <Field
      label="Longest time"
      aside="seconds"
      hint={`Empty: ${SCRIPT_TIMEOUT_MS / 1000}. At most ${LONGEST_SCRIPT_MS / 1000}; a test is stopped after 10 in any case.`}
      error={problem}
    >
      <Input
        type="number"
        min={0.1}
        max={LONGEST_SCRIPT_MS / 1000}
        step="any"
        placeholder={String(SCRIPT_TIMEOUT_MS / 1000)}
        value={node.timeoutMs === undefined ? '' : node.timeoutMs / 1000}
        onChange={(event) => set(event.currentTarget.valueAsNumber)}
        onBlur={() => store.seal()}
      />
    </Field>
  );
}
