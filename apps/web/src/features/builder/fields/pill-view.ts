/**
 * Shows closed `{{ }}` holes as pills.
 *
 * A pill is one stop for the arrow keys. It opens into text while the cursor stands inside it, which Enter or a
 * double click brings about.
 */
import { Facet, RangeSetBuilder } from '@codemirror/state';
import type { EditorState, Extension } from '@codemirror/state';
import { Decoration, EditorView, ViewPlugin, WidgetType, keymap } from '@codemirror/view';
import type { DecorationSet, ViewUpdate } from '@codemirror/view';
import { holesOf } from './holes.ts';
import type { Hole } from './holes.ts';

/** How a hole is shown. */
export interface PillFace {
  readonly tone: 'data' | 'config' | 'function' | 'maybe' | 'gone';
  /** Quiet first part: the node's short name. */
  readonly source: string;
  readonly field: string;
  readonly title: string;
  readonly tile?: { readonly glyph: string; readonly color: string };
}

/** Tells what a hole's expression looks like; changes when nodes are renamed. */
export const pillFaces = Facet.define<(expression: string) => PillFace, (expression: string) => PillFace>({
  combine: (values) => values[0] ?? ((expression) => ({ tone: 'data', source: '', field: expression, title: expression })),
});

class PillWidget extends WidgetType {
  readonly face: PillFace;

  constructor(face: PillFace) {
    super();
    this.face = face;
  }

  override eq(other: PillWidget): boolean {
    return JSON.stringify(other.face) === JSON.stringify(this.face);
  }

  toDOM(): HTMLElement {
    return drawPill(this.face);
  }

  override ignoreEvent(): boolean {
    return false;
  }
}

/** A pill as an element; also used outside of editors. */
export function drawPill(face: PillFace): HTMLElement {
  const pill = document.createElement('span');
  pill.className = 'pill';
  pill.dataset['tone'] = face.tone;
  pill.title = face.title;
  if (face.tile !== undefined) {
    const tile = document.createElement('span');
    tile.className = 'pill-tile';
    tile.style.background = face.tile.color;
    tile.textContent = face.tile.glyph.length > 3 ? '' : face.tile.glyph;
    pill.append(tile);
  }
  if (face.source !== '')
    pill.append(Object.assign(document.createElement('span'), { className: 'pill-source', textContent: `${face.source} · ` }));
  pill.append(Object.assign(document.createElement('span'), { className: 'pill-field', textContent: face.field }));
  return pill;
}

/** Whether the cursor stands inside a hole, which then shows as text. */
function isOpen(state: EditorState, hole: Hole): boolean {
  const { from, to } = state.selection.main;
  return from > hole.from && to < hole.to;
}

function build(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const faceOf = view.state.facet(pillFaces);
  for (const hole of holesOf(view.state.doc.toString())) {
    if (view.hasFocus && isOpen(view.state, hole)) builder.add(hole.from, hole.to, Decoration.mark({ class: 'hole-open' }));
    else builder.add(hole.from, hole.to, Decoration.replace({ widget: new PillWidget(faceOf(hole.expression)) }));
  }
  return builder.finish();
}

const plugin = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = build(view);
    }

    update(update: ViewUpdate): void {
      this.decorations = build(update.view);
    }
  },
  {
    decorations: (value) => value.decorations,
    provide: (self) => EditorView.atomicRanges.of((view) => atomic(view.plugin(self)?.decorations)),
  },
);

/** Only closed pills are skipped by the cursor. */
function atomic(decorations: DecorationSet | undefined): DecorationSet {
  if (decorations === undefined) return Decoration.none;
  return decorations.update({ filter: (_, __, value) => value.spec['widget'] !== undefined });
}

/** The hole that is selected as a whole, or that ends right before the cursor. */
function holeAtCursor(state: EditorState): Hole | undefined {
  const { from, to } = state.selection.main;
  return holesOf(state.doc.toString()).find((hole) => (from === to ? hole.to === from : hole.from === from && hole.to === to));
}

/** Backspace selects a pill first and deletes it second; Enter opens it. */
const keys = keymap.of([
  {
    key: 'Backspace',
    run: (view) => {
      const { empty } = view.state.selection.main;
      const hole = holeAtCursor(view.state);
      if (!empty || hole === undefined) return false;
      view.dispatch({ selection: { anchor: hole.from, head: hole.to } });
      return true;
    },
  },
  {
    key: 'Enter',
    run: (view) => {
      const hole = holeAtCursor(view.state);
      if (hole === undefined) return false;
      view.dispatch({ selection: { anchor: hole.to - 2 } });
      return true;
    },
  },
]);

const mouse = EditorView.domEventHandlers({
  mousedown: (event, view) => {
    const pill = event.target instanceof HTMLElement ? event.target.closest('.pill') : null;
    if (pill === null) return false;
    const at = view.posAtDOM(pill);
    const hole = holesOf(view.state.doc.toString()).find((candidate) => candidate.from === at);
    if (hole === undefined) return false;
    event.preventDefault();
    view.focus();
    view.dispatch({ selection: event.detail > 1 ? { anchor: hole.to - 2 } : { anchor: hole.from, head: hole.to } });
    return true;
  },
});

export const pills: Extension = [plugin, keys, mouse];
