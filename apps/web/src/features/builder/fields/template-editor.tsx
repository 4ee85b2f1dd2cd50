'use client';
/** A text field that may hold mapped data: CodeMirror with pills for `{{ }}` holes. */
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap, placeholder, tooltips } from '@codemirror/view';
import { useEffect, useImperativeHandle, useRef } from 'react';
import type { Ref } from 'react';
import { templateCompletion } from './completion.ts';
import type { CompleteExpression } from './completion.ts';
import { pillFaces, pills } from './pill-view.ts';
import type { PillFace } from './pill-view.ts';
import { holeAround } from './holes.ts';

export interface TemplateHandle {
  /** Inserts a path or other expression at the cursor. */
  insert(expression: string): void;
  focus(): void;
}

export interface TemplateEditorProps {
  readonly value: string;
  readonly label: string;
  readonly describedBy?: string | undefined;
  readonly placeholder?: string | undefined;
  /** Several lines. */
  readonly isLong?: boolean;
  /** Expression text without braces. */
  readonly isBare?: boolean;
  readonly isInvalid?: boolean;
  readonly ref?: Ref<TemplateHandle>;
  readonly face: (expression: string) => PillFace;
  readonly complete: CompleteExpression;
  onChange(value: string): void;
  onFocus?(element: HTMLElement): void;
  onBlur?(): void;
}

export function TemplateEditor(props: TemplateEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const faces = useRef(new Compartment());

  useEffect(() => {
    if (host.current === null) return undefined;
    const editor = new EditorView({ parent: host.current, state: makeState(latest, faces.current) });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const text = editor.state.doc.toString();
    if (text !== props.value) editor.dispatch({ changes: { from: 0, to: text.length, insert: props.value } });
  }, [props.value]);

  useEffect(() => {
    view.current?.dispatch({ effects: faces.current.reconfigure(pillFaces.of(props.face)) });
  }, [props.face]);

  useImperativeHandle(props.ref, () => ({
    insert: (expression) => insertExpression(view.current, expression, latest.current.isBare === true),
    focus: () => view.current?.focus(),
  }));

  return (
    <div
      ref={host}
      className="template"
      data-long={props.isLong || undefined}
      data-bare={props.isBare || undefined}
      data-invalid={props.isInvalid || undefined}
    />
  );
}

function makeState(latest: { readonly current: TemplateEditorProps }, faces: Compartment): EditorState {
  const { current: first } = latest;
  const single =
    first.isLong === true ? [] : [EditorState.transactionFilter.of((transaction) => (transaction.newDoc.lines > 1 ? [] : transaction))];
  return EditorState.create({
    doc: first.isLong === true ? first.value : first.value.replaceAll('\n', ' '),
    extensions: [
      first.isBare === true ? [] : pills,
      templateCompletion(() => latest.current.complete, { bare: first.isBare === true }),
      history(),
      keymap.of([...historyKeymap, ...defaultKeymap]),
      faces.of(pillFaces.of(first.face)),
      single,
      // On the page itself, since the panel cuts off what reaches beyond it.
      tooltips({ position: 'fixed', parent: document.body }),
      EditorView.lineWrapping,
      placeholder(first.placeholder ?? ''),
      EditorView.contentAttributes.of({
        'aria-label': first.label,
        spellcheck: 'false',
        ...(first.describedBy === undefined ? {} : { 'aria-describedby': first.describedBy }),
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged && update.state.doc.toString() !== latest.current.value) latest.current.onChange(update.state.doc.toString());
        if (update.focusChanged && update.view.hasFocus) latest.current.onFocus?.(update.view.dom);
        if (update.focusChanged && !update.view.hasFocus) latest.current.onBlur?.();
      }),
    ],
  });
}

function insertExpression(view: EditorView | undefined, expression: string, isBare: boolean): void {
  if (view === undefined) return;
  const { from, to } = view.state.selection.main;
  const isInHole = !isBare && holeAround(view.state.doc.toString(), from) !== undefined;
  const insert = isBare || isInHole ? expression : `{{ ${expression} }}`;
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length }, userEvent: 'input.paste' });
  view.focus();
}
