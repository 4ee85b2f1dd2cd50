/** Autocompletion in template fields: paths and functions inside holes, `/` for functions outside. */
import { autocompletion, closeCompletion } from '@codemirror/autocomplete';
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { FUNCTIONS } from '@weft/expression';
import { holeAround } from './holes.ts';

/** Gives completions for expression text, as the expression package does for the current sample. */
export type CompleteExpression = (
  expression: string,
  position: number,
) => {
  readonly from: number;
  readonly options: readonly { label: string; detail?: string; info?: string; insert?: string; kind: string }[];
};

/** The extension. `bare` fields hold expression text without braces. */
export function templateCompletion(complete: () => CompleteExpression, options: { readonly bare: boolean }): Extension {
  const list = autocompletion({
    override: [(context) => answer(context, complete(), options.bare)],
    icons: false,
    closeOnBlur: true,
    optionClass: (completion) => `completion-${completion.type ?? 'path'}`,
  });
  // `closeOnBlur` closes what is shown; options still being looked up would appear after the field was left.
  return [list, EditorView.domEventHandlers({ blur: (_, view) => void closeCompletion(view) })];
}

function answer(context: CompletionContext, complete: CompleteExpression, bare: boolean): CompletionResult | null {
  const text = context.state.doc.toString();
  const start = bare ? 0 : holeAround(text, context.pos)?.start;
  if (start === undefined) return functionsBySlash(context);
  const lead = /^\s*/.exec(text.slice(start))?.[0].length ?? 0;
  const expression = text.slice(start + lead, context.pos);
  if (!context.explicit && !/[\w.$`]$/.test(expression) && expression !== '') return null;
  // Somebody who writes a number is not looking for a name.
  if (!context.explicit && /(^|[^\w.$`])\d[\d.]*$/.test(expression)) return null;
  const found = complete(expression, Math.max(0, context.pos - start - lead));
  if (found.options.length === 0) return null;
  return {
    from: start + lead + found.from,
    options: found.options.map((option) => ({
      label: option.label,
      type: option.kind,
      ...(option.detail === undefined ? {} : { detail: option.detail }),
      ...(option.info === undefined ? {} : { info: option.info }),
      apply: option.insert ?? option.label,
    })),
    validFor: /^[\w$`]*$/,
  };
}

function functionsBySlash(context: CompletionContext): CompletionResult | null {
  const typed = context.matchBefore(/\/\w*/);
  if (typed === null) return null;
  const before = context.state.sliceDoc(Math.max(0, typed.from - 1), typed.from);
  if (before !== '' && !/\s/.test(before)) return null;
  return { from: typed.from, options: FUNCTIONS.map((fn) => functionOption(fn)), filter: true, validFor: /^\/\w*$/ };
}

function functionOption(fn: (typeof FUNCTIONS)[number]): Completion {
  return {
    label: `/${fn.name.replace(/^\$/, '')}`,
    type: 'function',
    detail: fn.signature,
    info: fn.description,
    apply: (view: EditorView, _, from: number, to: number) => {
      const insert = `{{ $${fn.name.replace(/^\$/, '')}() }}`;
      view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length - 4 } });
    },
  };
}
