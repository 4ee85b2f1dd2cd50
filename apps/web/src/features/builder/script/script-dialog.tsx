'use client';
/** A script with room: what it can read at the left, its trial at the right. */
import { titleOf } from '@weft/workflow';
import { useRef, useState } from 'react';
import { DataTree } from '../data/data-panel.tsx';
import { DataSearch } from '../data/data-search.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { WideDialog } from '../wide-dialog.tsx';
import { ScriptEditor } from './script-editor.tsx';
import type { ScriptHandle } from './script-editor.tsx';
import { ScriptHint } from './script-hint.tsx';
import { ScriptProblems } from './script-problems.tsx';
import { TrialPart } from './trial-part.tsx';
import type { Script } from './use-script.ts';

export function ScriptDialog({ script, onClose }: { readonly script: Script; onClose(): void }) {
  const { catalog } = useBuilder();
  const { node } = script;
  const handle = useRef<ScriptHandle>(null);
  const [query, setQuery] = useState('');
  return (
    <WideDialog
      title={titleOf(node, catalog)}
      note="JavaScript"
      onClose={onClose}
      // Escape closes what the editor has opened, such as its list of completions.
      onEscapeKeyDown={(event) => isInEditor(event.target) && event.preventDefault()}
      onOpenAutoFocus={(event) => event.preventDefault()}
    >
      <div className="script-columns">
        <section className="mapper-source" aria-label="Source data">
          <DataSearch query={query} onQuery={setQuery} />
          <DataTree sources={script.sources} query={query} write={script.write} onInsert={(text) => handle.current?.insert(text)} />
        </section>
        <section className="script-main" aria-label="Script">
          <ScriptEditor
            ref={handle}
            isLarge
            name={node.id}
            code={node.code}
            label="JavaScript, large"
            declarations={script.declarations}
            failure={script.failure}
            onChange={script.setCode}
            onBlur={script.seal}
            onProblems={script.setProblems}
            onTry={script.trial.run}
            onHistory={script.onHistory}
          />
          <div className="script-foot">
            <ScriptProblems problems={script.problems} onGoTo={(problem) => handle.current?.goTo(problem)} />
            <ScriptHint timeoutMs={node.timeoutMs} />
          </div>
        </section>
        <div className="script-side">
          <TrialPart trial={script.trial} onGoTo={(line) => handle.current?.goTo({ line, column: 1 })} />
        </div>
      </div>
    </WideDialog>
  );
}

function isInEditor(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.script-monaco') !== null;
}
