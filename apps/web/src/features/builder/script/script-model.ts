/**
 * The text of one script as the editors and the language service have it. The panel's editor and the large one show the
 * same model, so what is typed in one stands in the other, with one undo stack.
 *
 * The service checks a second text, the script as a whole function, because a bare `return` is no program: problems are
 * found there and marked here. Whoever opens the model closes it; the last one takes it down.
 */
import type * as monaco from 'monaco-editor/editor/editor.api';
import { getJavaScriptWorker, javascriptDefaults } from 'monaco-editor/languages/features/typescript/register';
import type { Diagnostic } from 'monaco-editor/languages/features/typescript/register';
import { prepareMonaco } from '../code/monaco.ts';
import { asFunction, COMPILER_OPTIONS, offsetInScript } from './compiler.ts';

/** A problem that the language service sees. It keeps nobody from anything. */
export interface ScriptProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** An `error` is no JavaScript; a `hint` may still be what its author means. */
  readonly level: 'error' | 'hint';
}

export interface ScriptModel {
  readonly text: monaco.editor.ITextModel;
  readonly problems: readonly ScriptProblem[];
  onProblems(listener: () => void): monaco.IDisposable;
  /** What the script can read, as declarations. */
  declare(declarations: string): void;
  /** Takes over a text from elsewhere. What was typed before is then undone there, no longer here. */
  setText(text: string): void;
  /** Marks the line at which a trial failed; undefined takes the mark away. */
  markTrial(failure: { readonly line: number; readonly message: string } | undefined): void;
  close(): void;
}

/** Milliseconds without typing before the text is checked. */
const PAUSE_MS = 350;
const SERVICE = 'script';
const TRIAL = 'script-trial';

interface Shared {
  readonly text: monaco.editor.ITextModel;
  readonly body: monaco.editor.ITextModel;
  readonly listeners: Set<() => void>;
  problems: readonly ScriptProblem[];
  timer: ReturnType<typeof setTimeout> | undefined;
  users: number;
}

const open = new Map<string, Shared>();
let isPrepared = false;

function prepare(): typeof monaco {
  const api = prepareMonaco();
  if (isPrepared) return api;
  isPrepared = true;
  javascriptDefaults.setCompilerOptions(COMPILER_OPTIONS);
  // Problems are looked for by us, in the whole function.
  javascriptDefaults.setModeConfiguration({ ...javascriptDefaults.modeConfiguration, diagnostics: false });
  return api;
}

/** Opens the text of a script by a name of its own. */
export function openScriptModel(name: string, text: string): ScriptModel {
  const api = prepare();
  const shared = open.get(name) ?? begin(api, name, text);
  shared.users += 1;
  return {
    text: shared.text,
    get problems() {
      return shared.problems;
    },
    onProblems: (listener) => {
      shared.listeners.add(listener);
      return { dispose: () => void shared.listeners.delete(listener) };
    },
    declare: (content) => {
      const [known] = Object.values(javascriptDefaults.getExtraLibs());
      if (known?.content === content) return;
      javascriptDefaults.setExtraLibs([{ content, filePath: 'file:///scope.d.ts' }]);
      checkSoon(api, shared);
    },
    setText: (next) => {
      const text = next.replaceAll('\r\n', '\n');
      if (shared.text.getValue() !== text) shared.text.setValue(text);
    },
    markTrial: (failure) => {
      const line = failure === undefined ? 0 : Math.min(failure.line, shared.text.getLineCount());
      const marks =
        failure === undefined ? [] : [{ ...lineRange(shared.text, line), message: failure.message, severity: api.MarkerSeverity.Error }];
      api.editor.setModelMarkers(shared.text, TRIAL, marks);
    },
    close: () => {
      shared.users -= 1;
      if (shared.users > 0) return;
      open.delete(name);
      clearTimeout(shared.timer);
      shared.text.dispose();
      shared.body.dispose();
    },
  };
}

function begin(api: typeof monaco, name: string, text: string): Shared {
  const model = (file: string, content: string) => {
    const made = api.editor.createModel(content, 'javascript', api.Uri.parse(`file:///${file}.js`));
    made.setEOL(api.editor.EndOfLineSequence.LF);
    return made;
  };
  const shared: Shared = {
    text: model(name, text),
    body: model(`${name}-body`, asFunction(text)),
    listeners: new Set(),
    problems: [],
    timer: undefined,
    users: 0,
  };
  open.set(name, shared);
  shared.text.onDidChangeContent(() => {
    api.editor.setModelMarkers(shared.text, TRIAL, []);
    checkSoon(api, shared);
  });
  checkSoon(api, shared);
  return shared;
}

function checkSoon(api: typeof monaco, shared: Shared): void {
  clearTimeout(shared.timer);
  shared.timer = setTimeout(() => {
    // Without the service there are no marks; the script is none the worse.
    void check(api, shared).catch(() => undefined);
  }, PAUSE_MS);
}

async function check(api: typeof monaco, shared: Shared): Promise<void> {
  const code = shared.text.getValue();
  shared.body.setValue(asFunction(code));
  const file = shared.body.uri.toString();
  const worker = await (await getJavaScriptWorker())(shared.body.uri);
  const [broken, doubtful] = [await worker.getSyntacticDiagnostics(file), await worker.getSemanticDiagnostics(file)];
  // Meanwhile it may have been closed, or typed in, which checks it again.
  if (shared.text.isDisposed() || shared.text.getValue() !== code) return;
  const marks = [
    ...broken.map((one) => ({ ...markOf(shared.text, one), severity: api.MarkerSeverity.Error })),
    ...doubtful.map((one) => ({ ...markOf(shared.text, one), severity: api.MarkerSeverity.Warning })),
  ];
  api.editor.setModelMarkers(shared.text, SERVICE, marks);
  shared.problems = marks.map(({ startLineNumber, startColumn, message, severity }) => ({
    line: startLineNumber,
    column: startColumn,
    message,
    level: severity === api.MarkerSeverity.Error ? 'error' : 'hint',
  }));
  for (const listener of shared.listeners) listener();
}

function markOf(
  model: monaco.editor.ITextModel,
  { start = 0, length = 0, messageText }: Diagnostic,
): Omit<monaco.editor.IMarkerData, 'severity'> {
  const code = model.getValue();
  const from = model.getPositionAt(offsetInScript(start, code));
  const to = model.getPositionAt(offsetInScript(start + length, code));
  return {
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
    message: messageOf(messageText),
  };
}

/** The sentence, with what led to it. */
function messageOf(text: Diagnostic['messageText']): string {
  if (typeof text === 'string') return text;
  return [text.messageText, ...(text.next ?? []).map(messageOf)].join(' ');
}

function lineRange(model: monaco.editor.ITextModel, line: number): monaco.IRange {
  return {
    startLineNumber: line,
    endLineNumber: line,
    startColumn: model.getLineFirstNonWhitespaceColumn(line) || 1,
    endColumn: model.getLineMaxColumn(line),
  };
}
