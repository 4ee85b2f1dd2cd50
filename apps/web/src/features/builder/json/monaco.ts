/** Monaco for the JSON view, from our own origin. Only ever imported when the view opens. */
import * as monaco from 'monaco-editor/editor/editor.api';
import 'monaco-editor/editor/contrib/find/browser/findController';
import 'monaco-editor/editor/contrib/folding/browser/folding';
import 'monaco-editor/editor/contrib/bracketMatching/browser/bracketMatching';
import 'monaco-editor/editor/contrib/clipboard/browser/clipboard';

/** A located problem in the text. */
export interface JsonMark {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export interface JsonEditor {
  text(): string;
  mark(problems: readonly JsonMark[]): void;
  close(): void;
}

const LANGUAGE = 'weft-json';

/** Opens an editor in an element. */
export function openJsonEditor(host: HTMLElement, text: string): JsonEditor {
  prepare();
  const editor = monaco.editor.create(host, {
    value: text,
    language: LANGUAGE,
    theme: document.documentElement.classList.contains('dark') ? 'weft-dark' : 'weft-light',
    automaticLayout: true,
    minimap: { enabled: false },
    fontFamily: "'Geist Mono Variable', monospace",
    fontSize: 12,
    lineHeight: 18,
    tabSize: 2,
    scrollBeyondLastLine: false,
    renderLineHighlight: 'none',
    padding: { top: 12, bottom: 12 },
    ariaLabel: 'JSON of the workflow',
  });
  return {
    text: () => editor.getValue(),
    mark: (problems) => {
      const model = editor.getModel();
      if (model === null) return;
      monaco.editor.setModelMarkers(
        model,
        'weft',
        problems.map((problem) => ({
          message: problem.message,
          severity: monaco.MarkerSeverity.Error,
          startLineNumber: problem.line,
          endLineNumber: problem.line,
          startColumn: 1,
          endColumn: model.getLineMaxColumn(Math.min(problem.line, model.getLineCount())),
        })),
      );
      const [first] = problems;
      if (first !== undefined) editor.revealLineInCenter(first.line);
    },
    close: () => {
      editor.getModel()?.dispose();
      editor.dispose();
    },
  };
}

let isPrepared = false;

function prepare(): void {
  if (isPrepared) return;
  isPrepared = true;
  globalThis.MonacoEnvironment = {
    getWorker: () => new Worker(new URL('monaco-editor/editor/editor.worker.js', import.meta.url), { type: 'module' }),
  };
  monaco.languages.register({ id: LANGUAGE });
  monaco.languages.setLanguageConfiguration(LANGUAGE, {
    brackets: [
      ['{', '}'],
      ['[', ']'],
    ],
    autoClosingPairs: [
      { open: '{', close: '}' },
      { open: '[', close: ']' },
      { open: '"', close: '"' },
    ],
  });
  monaco.languages.setMonarchTokensProvider(LANGUAGE, {
    tokenizer: {
      root: [
        [/"(?:[^"\\]|\\.)*"(?=\s*:)/, 'key'],
        [/"(?:[^"\\]|\\.)*"/, 'string'],
        [/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/, 'number'],
        [/\b(?:true|false|null)\b/, 'keyword'],
        [/[{}[\],:]/, 'delimiter'],
      ],
    },
  });
  const rules = (key: string, string: string, number: string) => [
    { token: 'key', foreground: key },
    { token: 'string', foreground: string },
    { token: 'number', foreground: number },
    { token: 'keyword', foreground: number },
  ];
  monaco.editor.defineTheme('weft-light', {
    base: 'vs',
    inherit: true,
    rules: rules('3a40be', '55514b', '855000'),
    colors: { 'editor.background': '#ffffff' },
  });
  monaco.editor.defineTheme('weft-dark', {
    base: 'vs-dark',
    inherit: true,
    rules: rules('a3a8ff', 'b7b5b0', 'edb654'),
    colors: { 'editor.background': '#19191c' },
  });
}
