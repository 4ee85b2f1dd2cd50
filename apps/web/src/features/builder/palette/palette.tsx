'use client';
/** The left rail: everything that can be added, to drag or to click. */
import type { NodeKind } from '@weft/workflow';
import { ChevronDown, ChevronRight, Search } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { dragOffer } from '../../canvas/canvas.tsx';
import { endDrag } from '../../canvas/drop-target.ts';
import type { Offer } from '../../canvas/drop-target.ts';
import { NodeTile } from '../../canvas/nodes/node-tile.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { useDocument, useDraft } from '../state/use-draft.tsx';
import { connectorGroups, likelyAfter, logicOffers, searchItems } from './offers.ts';
import type { OfferGroup, OfferItem } from './offers.ts';

interface PaletteProps {
  onPick(offer: Offer): void;
}

export function Palette({ onPick }: PaletteProps) {
  const { catalog } = useBuilder();
  const document = useDocument();
  const selected = useDraft((state) => state.selection[0]);
  const [query, setQuery] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const trigger = document.nodes.find((node) => node.kind === 'trigger');
  const [wantsTriggers, setWantsTriggers] = useState(false);
  const showsTriggers = trigger === undefined || wantsTriggers;
  const actions = useMemo(() => connectorGroups(catalog, 'action'), [catalog]);
  const triggers = useMemo(() => connectorGroups(catalog, 'trigger'), [catalog]);
  const likely = useMemo(() => likelyAfter(document, catalog, selected), [document, catalog, selected]);
  const logic = useMemo(() => logicOffers(document), [document]);
  const all = useMemo(
    () => [...logic, ...actions.flatMap((group) => group.items), ...triggers.flatMap((group) => group.items)],
    [logic, actions, triggers],
  );
  const found = query.trim() === '' ? undefined : searchItems(all, query);
  return (
    <nav className="palette" aria-label="Add nodes" data-testid="palette">
      <label className="palette-search">
        <Search size={14} aria-hidden />
        <input
          ref={field}
          aria-label="Search operations"
          placeholder="Search operations"
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Enter' && found?.[0] !== undefined && onPick(found[0].offer)}
        />
        <kbd>/</kbd>
      </label>
      <div className="palette-scroll">
        {found !== undefined ? (
          <Section title={found.length === 0 ? 'Nothing is called that' : 'Found'} items={found} onPick={onPick} />
        ) : (
          <>
            {showsTriggers && (
              <GroupList
                title={trigger === undefined ? 'Start with' : 'Start with another trigger'}
                groups={triggers}
                opensFirst={trigger === undefined}
                onPick={onPick}
              />
            )}
            {trigger !== undefined && likely.length > 0 && <Section title="Likely next" items={likely} onPick={onPick} />}
            <h3 className="palette-title">Logic</h3>
            <div className="palette-logic">
              {logic.map((item) => (
                <Item key={item.key} item={item} onPick={onPick} isTile />
              ))}
            </div>
            <GroupList title="Connectors" groups={actions} opensFirst={false} onPick={onPick} />
            {trigger !== undefined && (
              <button type="button" className="palette-more" onClick={() => setWantsTriggers(!wantsTriggers)}>
                {wantsTriggers ? 'Hide triggers' : 'Use another trigger'}
              </button>
            )}
          </>
        )}
      </div>
      <p className="palette-foot">Drag onto the canvas, an edge or a port</p>
    </nav>
  );
}

function Section({ title, items, onPick }: { readonly title: string; readonly items: readonly OfferItem[]; onPick(offer: Offer): void }) {
  return (
    <>
      <h3 className="palette-title">{title}</h3>
      {items.map((item) => (
        <Item key={item.key} item={item} onPick={onPick} />
      ))}
    </>
  );
}

function GroupList({
  title,
  groups,
  opensFirst,
  onPick,
}: {
  readonly title: string;
  readonly groups: readonly OfferGroup[];
  readonly opensFirst: boolean;
  onPick(offer: Offer): void;
}) {
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(opensFirst ? groups.slice(0, 2).map((group) => group.key) : []));
  const toggle = (key: string) =>
    setOpen((current) => (current.has(key) ? new Set([...current].filter((one) => one !== key)) : new Set([...current, key])));
  return (
    <>
      <h3 className="palette-title">{title}</h3>
      {groups.map((group) => (
        <div key={group.key}>
          <button type="button" className="palette-group" aria-expanded={open.has(group.key)} onClick={() => toggle(group.key)}>
            <NodeTile kind="connector" connector={group.connector} size="medium" />
            <span>{group.title}</span>
            <span className="palette-count">{group.items.length}</span>
            {open.has(group.key) ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
          </button>
          {open.has(group.key) && group.items.map((item) => <Item key={item.key} item={item} onPick={onPick} isNested />)}
        </div>
      ))}
    </>
  );
}

interface ItemProps {
  readonly item: OfferItem;
  readonly isTile?: boolean;
  readonly isNested?: boolean;
  onPick(offer: Offer): void;
}

function Item({ item, isTile, isNested, onPick }: ItemProps) {
  return (
    <button
      type="button"
      draggable
      className={isTile === true ? 'palette-tile' : 'palette-item'}
      data-nested={isNested || undefined}
      data-testid={`palette-item-${item.key}`}
      title={item.summary}
      onDragStart={(event) => dragOffer(event, item.offer)}
      onDragEnd={endDrag}
      onClick={() => onPick(item.offer)}
    >
      <OfferTile kind={item.kind} item={item} isTile={isTile === true} />
      <span>{item.title}</span>
    </button>
  );
}

function OfferTile({ kind, item, isTile }: { readonly kind: NodeKind; readonly item: OfferItem; readonly isTile: boolean }) {
  return <NodeTile kind={kind} connector={item.connector} size={isTile ? 'small' : 'medium'} />;
}
