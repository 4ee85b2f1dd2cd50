'use client';
/** A script with room: what it can read at the left, its trial at the right. */
import { Button, IconButton } from '@weft/ui';
import { titleOf } from '@weft/workflow';
import { Search, X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useRef, useState } from 'react';
import { DataTree } from '../data/data-panel.tsx';
import { useBuilder } from '../state/builder-context.tsx';
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
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="mapper-overlay" />
        <Dialog.Content
          className="mapper"
          aria-describedby={undefined}
          // Escape closes what the editor has opened, such as its list of completions.
          onEscapeKeyDown={(event) => isInEditor(event.target) && event.preventDefault()}
          onOpenAutoFocus={(event) => event.preventDefault()}
        >
          <header className="mapper-head">
            <Dialog.Title className="panel-title">{titleOf(node, catalog)}</Dialog.Title>
            <span className="map-count">JavaScript</span>
            <Button variant="primary" onClick={onClose}>
              Done
            </Button>
            <IconButton label="Close" onClick={onClose}>
              <X aria-hidden />
            </IconButton>
          </header>
          <div className="script-columns">
            <section className="mapper-source" aria-label="Source data">
              <div className="data-search">
                <Search size={14} aria-hidden />
                <input
                  aria-label="Search names and values"
                  placeholder="Search names and values"
                  value={query}
                  onChange={(event) => setQuery(event.currentTarget.value)}
                />
              </div>
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
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function isInEditor(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('.script-monaco') !== null;
}
