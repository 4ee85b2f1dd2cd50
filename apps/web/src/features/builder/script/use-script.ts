'use client';
/** What the panel and the large view of one script share: its text, what it can read, its trial. */
import type { ScriptNode } from '@weft/workflow';
import { useEffect, useMemo, useState } from 'react';
import { updateNode } from '../../canvas/document/edit-node.ts';
import { certainlyBefore, loopsOf, mayFollowFailure } from '../data/sources.ts';
import type { DataSource } from '../data/data-tree.ts';
import type { WritePath } from '../data/describe-path.ts';
import { useSources } from '../data/use-sources.ts';
import { useDocument, useDraftStore } from '../state/use-draft.tsx';
import { declareScope } from './declarations.ts';
import { jsPath } from './js-path.ts';
import type { ScriptProblem } from './script-model.ts';
import { useTrial } from './use-trial.ts';
import type { Trial } from './use-trial.ts';

export interface Script {
  readonly node: ScriptNode;
  readonly sources: readonly DataSource[];
  readonly declarations: string;
  readonly problems: readonly ScriptProblem[];
  readonly trial: Trial;
  /** Where the last trial failed, while the script is still the one that was tried. */
  readonly failure: { readonly line: number; readonly message: string } | undefined;
  readonly write: WritePath;
  setCode(code: string): void;
  setProblems(problems: readonly ScriptProblem[]): void;
  onHistory(what: 'undo' | 'redo'): void;
  seal(): void;
}

/** A pause in typing ends a step of undo, milliseconds. */
const STEP_MS = 3000;

export function useScript(node: ScriptNode): Script {
  const store = useDraftStore();
  const document = useDocument();
  const sources = useSources(node.id);
  const trial = useTrial(node);
  const [problems, setProblems] = useState<readonly ScriptProblem[]>([]);
  const certain = useMemo(() => certainlyBefore(document, node.id), [document, node.id]);
  const declarations = useMemo(
    () =>
      declareScope({
        sources,
        certain,
        isInLoop: loopsOf(document, node.id).length > 0,
        isBehindError: mayFollowFailure(document, node.id),
      }),
    [sources, certain, document, node.id],
  );
  const { result, isStale } = trial;
  const failure = useMemo(
    () => (result?.ok === false && result.line !== undefined && !isStale ? { line: result.line, message: result.message } : undefined),
    [result, isStale],
  );
  useEffect(() => {
    const timer = setTimeout(() => store.seal(), STEP_MS);
    return () => clearTimeout(timer);
  }, [store, node.code]);
  return {
    node,
    sources,
    declarations,
    problems,
    trial,
    failure,
    write: (root, keys) => jsPath(root, keys, !root.startsWith('steps.') || certain.has(root.slice('steps.'.length))),
    setCode: (code) =>
      store.apply({
        name: 'Changed the script',
        mergeKey: `script:${node.id}`,
        change: (current) => updateNode(current, node.id, (one) => (one.kind === 'script' ? { ...one, code } : one)),
      }),
    setProblems,
    onHistory: (what) => (what === 'undo' ? store.undo() : store.redo()),
    seal: () => store.seal(),
  };
}
