/** Monaco for the JSON view, from our own origin. Only ever imported when the view opens. */
import * as monaco from 'monaco-editor/editor/editor.api';
import 'monaco-editor/editor/contrib/find/browser/findController';
import 'monaco-editor/editor/contrib/folding/browser/folding';
import 'monaco-editor/editor/contrib/bracketMatching/browser/bracketMatching';
import 'monaco-editor/editor/contrib/clipboard/browser/clipboard';
import { EDITOR_OPTIONS, prepareMonaco } from '../code/monaco.ts';

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
  prepareMonaco();
  registerJson();
  const editor = monaco.editor.create(host, {
    ...EDITOR_OPTIONS,
    value: text,
    language: LANGUAGE,
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

let isRegistered = false;

function registerJson(): void {
  if (isRegistered) return;
  isRegistered = true;
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
}
