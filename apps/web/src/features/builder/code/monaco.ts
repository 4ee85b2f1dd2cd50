/** What all code editors of the builder share: their workers, their look. Only ever imported when one of them opens. */
import * as monaco from 'monaco-editor/editor/editor.api';

/** How every editor of ours looks and behaves. */
export const EDITOR_OPTIONS = {
  automaticLayout: true,
  minimap: { enabled: false },
  fontFamily: "'Geist Mono Variable', monospace",
  fontSize: 12,
  lineHeight: 18,
  tabSize: 2,
  scrollBeyondLastLine: false,
  renderLineHighlight: 'none',
  padding: { top: 12, bottom: 12 },
  contextmenu: false,
  stickyScroll: { enabled: false },
  // A text area for what is typed: the page's own keys then know that somebody types.
  editContext: false,
} as const satisfies monaco.editor.IStandaloneEditorConstructionOptions;

let isPrepared = false;

/** Names the workers and the themes, once; from then on the editors follow the page's theme. */
export function prepareMonaco(): typeof monaco {
  if (isPrepared) return monaco;
  isPrepared = true;
  globalThis.MonacoEnvironment = {
    getWorker: (_, label) =>
      label === 'javascript'
        ? new Worker(new URL('monaco-editor/languages/features/typescript/ts.worker.js', import.meta.url), { type: 'module' })
        : new Worker(new URL('monaco-editor/editor/editor.worker.js', import.meta.url), { type: 'module' }),
  };
  monaco.editor.defineTheme('weft-light', { base: 'vs', inherit: true, ...look(LIGHT) });
  monaco.editor.defineTheme('weft-dark', { base: 'vs-dark', inherit: true, ...look(DARK) });
  const follow = () => monaco.editor.setTheme(document.documentElement.classList.contains('dark') ? 'weft-dark' : 'weft-light');
  new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ['class'] });
  follow();
  // Widths are measured once, be the font there or not.
  void document.fonts.load(`12px ${EDITOR_OPTIONS.fontFamily}`).then(() => monaco.editor.remeasureFonts());
  return monaco;
}

interface Palette {
  readonly surface: string;
  readonly surface2: string;
  readonly border: string;
  readonly text: string;
  readonly text2: string;
  readonly text3: string;
  readonly accent: string;
  readonly tint: string;
  readonly string: string;
  readonly number: string;
  readonly fail: string;
  readonly warn: string;
}

// The tokens of the page: Monaco takes colours only, no custom properties.
const LIGHT: Palette = {
  surface: '#ffffff',
  surface2: '#faf9f7',
  border: '#cfcac1',
  text: '#1c1b19',
  text2: '#55514b',
  text3: '#6b665f',
  accent: '#3a40be',
  tint: '#eeeefb',
  string: '#592b0d',
  number: '#855000',
  fail: '#d03a2e',
  warn: '#c17a00',
};
const DARK: Palette = {
  surface: '#19191c',
  surface2: '#1e1e22',
  border: '#3d3d45',
  text: '#edecea',
  text2: '#b7b5b0',
  text3: '#97948e',
  accent: '#a3a8ff',
  tint: '#25264a',
  string: '#ebad70',
  number: '#edb654',
  fail: '#e5554a',
  warn: '#d0941f',
};

function look(palette: Palette): Pick<monaco.editor.IStandaloneThemeData, 'rules' | 'colors'> {
  const of = (token: string, colour: string) => ({ token, foreground: colour.slice(1) });
  return {
    rules: [
      of('key', palette.accent),
      of('string', palette.text2),
      of('number', palette.number),
      of('keyword', palette.number),
      of('keyword.js', palette.accent),
      of('string.js', palette.string),
      of('regexp.js', palette.string),
      of('comment.js', palette.text3),
      of('type.identifier.js', palette.text),
      of('identifier.js', palette.text),
      of('delimiter.js', palette.text2),
    ],
    colors: {
      'editor.background': palette.surface,
      'editor.foreground': palette.text,
      'editorLineNumber.foreground': palette.text3,
      'editorLineNumber.activeForeground': palette.text,
      'editorError.foreground': palette.fail,
      'editorWarning.foreground': palette.warn,
      'editorWidget.background': palette.surface2,
      'editorWidget.border': palette.border,
      'editorHoverWidget.background': palette.surface2,
      'editorHoverWidget.border': palette.border,
      'editorSuggestWidget.background': palette.surface,
      'editorSuggestWidget.border': palette.border,
      'editorSuggestWidget.foreground': palette.text,
      'editorSuggestWidget.highlightForeground': palette.accent,
      'editorSuggestWidget.selectedBackground': palette.tint,
      'editorSuggestWidget.selectedForeground': palette.text,
      'list.hoverBackground': palette.surface2,
      focusBorder: palette.accent,
      'sash.hoverBorder': palette.border,
    },
  };
}
