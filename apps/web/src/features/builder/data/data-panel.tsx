'use client';
/** The data panel: earlier nodes, nearest first, as trees with real values; a click inserts. */
import { FUNCTIONS } from '@weft/expression';
import { Kbd } from '@weft/ui';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  ChevronDown,
  ChevronRight,
  Hash,
  Link2,
  List,
  Mail,
  SquareFunction,
  ToggleLeft,
  Type,
  Calendar,
  Braces,
  CircleDashed,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { NodeTile } from '../../canvas/nodes/node-tile.tsx';
import { find } from '../../canvas/document/wiring.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { useDocument } from '../state/use-draft.tsx';
import { DataSearch } from './data-search.tsx';
import { previewOf, rowKey, rowsOf, trailOf, visibleRows } from './data-tree.ts';
import type { DataRow, DataSource, DataType } from './data-tree.ts';
import { pathText } from './describe-path.ts';
import type { WritePath } from './describe-path.ts';

const TYPE_ICONS = {
  text: Type,
  number: Hash,
  boolean: ToggleLeft,
  date: Calendar,
  email: Mail,
  link: Link2,
  object: Braces,
  list: List,
  empty: CircleDashed,
} as const satisfies Record<DataType, LucideIcon>;

type Line =
  | { readonly kind: 'source'; readonly source: DataSource; readonly isOpen: boolean; readonly note: string }
  | { readonly kind: 'row'; readonly row: DataRow; readonly isOpen: boolean };

interface DataPanelProps {
  readonly label: string;
  readonly sources: readonly DataSource[];
  /** How values are written where they go; as expressions, with their functions, when absent. */
  readonly write?: WritePath | undefined;
  onInsert(text: string): void;
  onClose(): void;
}

export function DataPanel({ label, sources, write, onInsert, onClose }: DataPanelProps) {
  const [query, setQuery] = useState('');
  const [view, setView] = useState<'data' | 'functions'>('data');
  return (
    <div
      className="data-panel"
      role="dialog"
      aria-label={`Data for ${label}`}
      data-testid="data-panel"
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <DataSearch query={query} onQuery={setQuery} />
      <div className="data-views" role="tablist" aria-label="What to insert">
        <ViewTab isActive={view === 'data'} onPick={() => setView('data')}>
          Data
        </ViewTab>
        {write === undefined && (
          <ViewTab isActive={view === 'functions'} onPick={() => setView('functions')}>
            Functions <Kbd>/</Kbd>
          </ViewTab>
        )}
        <span className="data-note">for {label}</span>
      </div>
      {view === 'data' ? (
        <DataTree sources={sources} query={query} write={write} onInsert={onInsert} />
      ) : (
        <FunctionList query={query} onInsert={onInsert} />
      )}
    </div>
  );
}

function ViewTab({ isActive, onPick, children }: { readonly isActive: boolean; onPick(): void; readonly children: ReactNode }) {
  return (
    <button
      type="button"
      role="tab"
      aria-selected={isActive}
      className="data-tab"
      onMouseDown={(event) => event.preventDefault()}
      onClick={onPick}
    >
      {children}
    </button>
  );
}

/** The tree alone; also the left side of the wide mapper. */
export function DataTree({
  sources,
  query,
  write = pathText,
  onInsert,
}: {
  readonly sources: readonly DataSource[];
  readonly query: string;
  readonly write?: WritePath | undefined;
  onInsert(text: string): void;
}) {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => initiallyOpen(sources));
  const [active, setActive] = useState<DataRow>();
  const lines = useMemo(() => linesOf(sources, query, open), [sources, query, open]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => 30, overscan: 12 });
  const toggle = (key: string) =>
    setOpen((current) => (current.has(key) ? new Set([...current].filter((one) => one !== key)) : new Set([...current, key])));
  const insert = (row: DataRow) => onInsert(write(row.source.root, row.path));
  return (
    <>
      <div ref={scroller} className="data-rows" role="tree" aria-label="Data">
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            if (line === undefined) return null;
            const style = {
              position: 'absolute',
              top: 0,
              left: 0,
              width: '100%',
              height: item.size,
              transform: `translateY(${item.start}px)`,
            } as const;
            return line.kind === 'source' ? (
              <SourceLine
                key={line.source.root}
                line={line}
                style={style}
                onToggle={() => toggle(line.source.root)}
                onInsert={() => onInsert(write(line.source.root, []))}
              />
            ) : (
              <RowLine
                key={rowKey(line.row)}
                line={line}
                query={query}
                style={style}
                onToggle={() => toggle(rowKey(line.row))}
                onInsert={() => insert(line.row)}
                onActive={() => setActive(line.row)}
              />
            );
          })}
        </div>
        {lines.length === 0 && (
          <p className="data-nothing">{query === '' ? 'Nothing runs before this node.' : `Nothing holds “${query}”.`}</p>
        )}
      </div>
      {active !== undefined && (
        <div className="data-foot" aria-live="polite">
          <code>{write(active.source.root, active.path)}</code>
          <span>{previewOf(active.value, 160) || 'no sample value'}</span>
        </div>
      )}
    </>
  );
}

function initiallyOpen(sources: readonly DataSource[]): ReadonlySet<string> {
  const open = new Set<string>();
  for (const [index, source] of sources.entries()) {
    if (index < 3) open.add(source.root);
    const top = rowsOf(source).filter((row) => row.depth === 0);
    const only = top[0];
    if (top.length <= 2 && only !== undefined && only.hasChildren) open.add(rowKey(only));
  }
  return open;
}

function linesOf(sources: readonly DataSource[], query: string, open: ReadonlySet<string>): Line[] {
  return sources.flatMap((source, index) => {
    const rows = visibleRows(rowsOf(source), { query, open });
    const isOpen = query !== '' || open.has(source.root);
    if (query !== '' && rows.length === 0) return [];
    const head: Line = { kind: 'source', source, isOpen, note: index === 0 ? 'nearest' : source.value === undefined ? 'no sample' : '' };
    return isOpen ? [head, ...rows.map((row): Line => ({ kind: 'row', row, isOpen: open.has(rowKey(row)) }))] : [head];
  });
}

interface LineProps {
  readonly style: React.CSSProperties;
  onToggle(): void;
  onInsert(): void;
}

function SourceLine({ line, style, onToggle, onInsert }: LineProps & { readonly line: Extract<Line, { kind: 'source' }> }) {
  const { catalog } = useBuilder();
  const document = useDocument();
  const node = line.source.nodeId === undefined ? undefined : find(document, line.source.nodeId);
  const connector = node?.kind === 'connector' || node?.kind === 'trigger' ? catalog.connector(node.connector) : undefined;
  return (
    <div className="data-source" role="treeitem" aria-expanded={line.isOpen} aria-selected={false} style={style}>
      <button type="button" onMouseDown={(event) => event.preventDefault()} onClick={onToggle} className="data-source-open">
        {line.isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
        <NodeTile kind={node?.kind ?? 'map'} connector={connector} size="small" />
        <span>{line.source.title}</span>
      </button>
      {line.note !== '' && <span className="data-note">{line.note}</span>}
      <button
        type="button"
        className="data-all"
        aria-label={`Insert all of ${line.source.title}`}
        title="Insert the whole value"
        onMouseDown={(event) => event.preventDefault()}
        onClick={onInsert}
      >
        all
      </button>
    </div>
  );
}

function RowLine({
  line,
  query,
  style,
  onToggle,
  onInsert,
  onActive,
}: LineProps & { readonly line: Extract<Line, { kind: 'row' }>; readonly query: string; onActive(): void }) {
  const { row } = line;
  const Icon = TYPE_ICONS[row.type];
  const trail = query === '' ? '' : trailOf(row);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowRight' && row.hasChildren && !line.isOpen) onToggle();
    if (event.key === 'ArrowLeft' && row.hasChildren && line.isOpen) onToggle();
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const items = [...(event.currentTarget.closest('[role=tree]')?.querySelectorAll<HTMLElement>('.data-row-insert') ?? [])];
      const at = items.indexOf(event.currentTarget.querySelector('.data-row-insert') as HTMLElement);
      items[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus();
    }
  };
  return (
    <div
      className="data-row"
      role="treeitem"
      aria-selected={false}
      {...(row.hasChildren ? { 'aria-expanded': line.isOpen } : {})}
      style={{ ...style, paddingLeft: 14 + (query === '' ? row.depth : 0) * 14 }}
      onMouseEnter={onActive}
      onFocus={onActive}
      onKeyDown={onKeyDown}
    >
      {row.hasChildren ? (
        <button
          type="button"
          tabIndex={-1}
          className="data-open"
          aria-label={line.isOpen ? `Close ${row.label}` : `Open ${row.label}`}
          onMouseDown={(event) => event.preventDefault()}
          onClick={onToggle}
        >
          {line.isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
        </button>
      ) : (
        <span className="data-open" aria-hidden />
      )}
      <button
        type="button"
        className="data-row-insert"
        data-testid={`data-${row.source.root}-${row.path.join('.')}`}
        onMouseDown={(event) => event.preventDefault()}
        onClick={onInsert}
      >
        <Icon size={14} aria-hidden className="data-type" />
        <span className="data-label">
          {trail !== '' && <span className="data-trail">{trail} · </span>}
          {row.label}
        </span>
        <span className="data-value">
          <Marked text={previewOf(row.value)} query={query} />
        </span>
      </button>
    </div>
  );
}

/** The found part of a value, marked. */
function Marked({ text, query }: { readonly text: string; readonly query: string }) {
  const at = query === '' ? -1 : text.toLowerCase().indexOf(query.trim().toLowerCase());
  if (at === -1) return text;
  const end = at + query.trim().length;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, end)}</mark>
      {text.slice(end)}
    </>
  );
}

function FunctionList({ query, onInsert }: { readonly query: string; onInsert(expression: string): void }) {
  const wanted = query.trim().toLowerCase();
  const shown = FUNCTIONS.filter((fn) => `${fn.name} ${fn.description}`.toLowerCase().includes(wanted));
  return (
    <div className="data-rows" role="list" aria-label="Functions">
      {shown.map((fn) => (
        <button
          key={fn.name}
          type="button"
          role="listitem"
          className="data-function"
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onInsert(`$${fn.name.replace(/^\$/, '')}()`)}
        >
          <SquareFunction size={14} aria-hidden />
          <span>
            <code>{fn.signature}</code>
            <span className="data-function-summary">{fn.description}</span>
          </span>
        </button>
      ))}
      {shown.length === 0 && <p className="data-nothing">No function is called that.</p>}
    </div>
  );
}
