/** Monaco for scripts, from our own origin. Only ever imported when a script is opened. */
import 'monaco-editor/features/register.all';
import 'monaco-editor/languages/definitions/javascript/register';
import * as monaco from 'monaco-editor/editor/editor.api';
import { EDITOR_OPTIONS } from '../code/monaco.ts';
import { openScriptModel } from './script-model.ts';
import type { ScriptModel, ScriptProblem } from './script-model.ts';

/** What an editor tells; asked for at the time, so that the newest is told. */
export interface ScriptEditorEvents {
  onChange(code: string): void;
  onFocus(): void;
  onBlur(): void;
  onProblems(problems: readonly ScriptProblem[]): void;
  /** The keys for trying it. */
  onTry(): void;
  /** Undo or redo where the editor's own stack is at its end. */
  onHistory(what: 'undo' | 'redo'): void;
}

export interface ScriptEditor extends Pick<ScriptModel, 'declare' | 'setText' | 'markTrial'> {
  /** Puts text at the cursor, in the place of what is selected. */
  insert(text: string): void;
  goTo(place: { readonly line: number; readonly column: number }): void;
  focus(): void;
  close(): void;
}

interface ScriptEditorOptions {
  /** The same name shows the same text. */
  readonly name: string;
  readonly code: string;
  readonly label: string;
  readonly isLarge: boolean;
  readonly events: () => ScriptEditorEvents;
}

/** Opens an editor in an element. */
export function openScriptEditor(host: HTMLElement, { name, code, label, isLarge, events }: ScriptEditorOptions): ScriptEditor {
  const model = openScriptModel(name, code);
  const editor = monaco.editor.create(host, {
    ...EDITOR_OPTIONS,
    model: model.text,
    ariaLabel: label,
    fixedOverflowWidgets: true,
    wordWrap: isLarge ? 'off' : 'on',
    wrappingIndent: 'indent',
    bracketPairColorization: { enabled: false },
    wordBasedSuggestions: 'off',
    lineNumbersMinChars: 3,
    folding: false,
    glyphMargin: false,
    lineDecorationsWidth: 8,
    overviewRulerLanes: 0,
    scrollbar: { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
    quickSuggestions: { other: true, comments: false, strings: false },
  });
  const tellProblems = () => events().onProblems(model.problems);
  const disposables = [
    model.text.onDidChangeContent(() => events().onChange(model.text.getValue())),
    model.onProblems(tellProblems),
    editor.onDidFocusEditorText(() => events().onFocus()),
    editor.onDidBlurEditorText(() => events().onBlur()),
    editor.onKeyDown((event) => onHistoryKey(event, model, events)),
  ];
  editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, () => events().onTry());
  tellProblems();
  return {
    declare: model.declare,
    setText: (next) => {
      const view = editor.saveViewState();
      model.setText(next);
      editor.restoreViewState(view);
    },
    markTrial: model.markTrial,
    insert: (text) => {
      const selection = editor.getSelection();
      if (selection === null) return;
      editor.pushUndoStop();
      editor.executeEdits('data', [{ range: selection, text, forceMoveMarkers: true }]);
      editor.pushUndoStop();
      editor.focus();
    },
    goTo: ({ line, column }) => {
      editor.setPosition({ lineNumber: line, column });
      editor.revealLineInCenterIfOutsideViewport(line);
      editor.focus();
    },
    focus: () => editor.focus(),
    close: () => {
      for (const disposable of disposables) disposable.dispose();
      editor.dispose();
      model.close();
    },
  };
}

/** Once nothing typed here is left to undo, the key undoes what was done before; the same with redo. */
function onHistoryKey(event: monaco.IKeyboardEvent, { text }: ScriptModel, events: () => ScriptEditorEvents): void {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const isUndo = event.keyCode === monaco.KeyCode.KeyZ && !event.shiftKey;
  const isRedo = event.keyCode === monaco.KeyCode.KeyY || (event.keyCode === monaco.KeyCode.KeyZ && event.shiftKey);
  if (!isUndo && !isRedo) return;
  if (isUndo ? text.canUndo() : text.canRedo()) return;
  event.preventDefault();
  event.stopPropagation();
  events().onHistory(isUndo ? 'undo' : 'redo');
}
