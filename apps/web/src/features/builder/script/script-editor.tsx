'use client';
/** The editor of a script; it is fetched only when this is first shown. */
import { ErrorNote, Skeleton } from '@weft/ui';
import { useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { Ref } from 'react';
import type { ScriptProblem } from './script-model.ts';
import type { ScriptEditor as OpenEditor, ScriptEditorEvents } from './script-monaco.ts';

export interface ScriptHandle {
  /** Puts text at the cursor. */
  insert(text: string): void;
  goTo(place: { readonly line: number; readonly column: number }): void;
}

interface ScriptEditorProps {
  /** The same name shows the same text, with one stack of undo. */
  readonly name: string;
  readonly code: string;
  readonly label: string;
  /** What the script can read. */
  readonly declarations: string;
  /** Where a trial failed. */
  readonly failure: { readonly line: number; readonly message: string } | undefined;
  readonly isLarge?: boolean;
  readonly ref?: Ref<ScriptHandle>;
  onChange(code: string): void;
  onFocus?(element: HTMLElement): void;
  onBlur?(): void;
  onProblems(problems: readonly ScriptProblem[]): void;
  onTry(): void;
  onHistory(what: 'undo' | 'redo'): void;
}

export function ScriptEditor(props: ScriptEditorProps) {
  const { name, code, declarations, failure } = props;
  const host = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [editor, setEditor] = useState<OpenEditor>();
  const [hasFailed, setFailed] = useState(false);

  useEffect(() => {
    let opened: OpenEditor | undefined;
    let isGone = false;
    import('./script-monaco.ts')
      .then(({ openScriptEditor }) => {
        const element = host.current;
        if (isGone || element === null) return;
        opened = openScriptEditor(element, {
          name,
          code: latest.current.code,
          label: latest.current.label,
          isLarge: latest.current.isLarge === true,
          events: () => eventsOf(latest.current, element),
        });
        if (latest.current.isLarge === true) opened.focus();
        setEditor(opened);
      })
      .catch(() => setFailed(true));
    return () => {
      isGone = true;
      opened?.close();
      setEditor(undefined);
    };
  }, [name]);

  useEffect(() => editor?.setText(code), [editor, code]);
  useEffect(() => editor?.declare(declarations), [editor, declarations]);
  useEffect(() => editor?.markTrial(failure), [editor, failure]);
  useImperativeHandle(props.ref, () => ({ insert: (text) => editor?.insert(text), goTo: (place) => editor?.goTo(place) }), [editor]);

  return (
    <div className="script-editor" data-large={props.isLarge || undefined}>
      {editor === undefined && !hasFailed && <Skeleton className="m-3 h-24" />}
      {hasFailed && <ErrorNote className="m-3" message="The editor could not be fetched. Close this panel and open it again." />}
      <div ref={host} className="script-monaco" data-testid="script-editor" />
    </div>
  );
}

function eventsOf(props: ScriptEditorProps, element: HTMLElement): ScriptEditorEvents {
  return {
    onChange: (code) => code !== props.code && props.onChange(code),
    onFocus: () => props.onFocus?.(element),
    onBlur: () => props.onBlur?.(),
    onProblems: props.onProblems,
    onTry: props.onTry,
    onHistory: props.onHistory,
  };
}
