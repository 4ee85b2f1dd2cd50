'use client';
/** The same offers as a searchable list at the pointer: for `+`, Tab and `/`. */
import { findOperation } from '@weft/workflow';
import { Command } from 'cmdk';
import { useEffect, useMemo, useRef } from 'react';
import { placeOf } from '../../canvas/describe.ts';
import type { Place } from '../../canvas/document/add-node.ts';
import type { Offer } from '../../canvas/drop-target.ts';
import { NodeTile } from '../../canvas/nodes/node-tile.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { useDocument } from '../state/use-draft.tsx';
import { connectorGroups, likelyAfter, logicOffers } from './offers.ts';
import type { OfferItem } from './offers.ts';

export interface AddListState {
  readonly place: Place;
  readonly at: { readonly x: number; readonly y: number };
}

interface AddListProps extends AddListState {
  onPick(offer: Offer): void;
  onClose(): void;
}

const WIDTH = 300;
const HEIGHT = 380;

export function AddList({ place, at, onPick, onClose }: AddListProps) {
  const { catalog } = useBuilder();
  const document = useDocument();
  const root = useRef<HTMLDivElement>(null);
  const hasTrigger = document.nodes.some((node) => node.kind === 'trigger');
  const after = place.at === 'port' ? place.from : place.at === 'edge' ? place.edge.split('|')[0] : undefined;
  const likely = useMemo(() => likelyAfter(document, catalog, after), [document, catalog, after]);
  const logic = logicOffers(document).filter((item) => place.at !== 'edge' || item.kind !== 'stop');
  const groups = useMemo(() => connectorGroups(catalog, hasTrigger ? 'action' : 'trigger'), [catalog, hasTrigger]);
  useEffect(() => {
    const onDown = (event: PointerEvent) => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) onClose();
    };
    window.addEventListener('pointerdown', onDown, true);
    return () => window.removeEventListener('pointerdown', onDown, true);
  }, [onClose]);
  const left = Math.max(8, Math.min(at.x, window.innerWidth - WIDTH - 12));
  const top = Math.max(8, Math.min(at.y, window.innerHeight - HEIGHT - 12));
  return (
    <div
      ref={root}
      className="add-list"
      style={{ left, top, width: WIDTH, maxHeight: HEIGHT }}
      role="dialog"
      aria-label="Add a node"
      data-testid="add-list"
    >
      <Command
        label="Add a node"
        filter={hasWords}
        onKeyDown={(event) => (event.key === 'Escape' || event.key === 'Tab') && (event.preventDefault(), onClose())}
      >
        <Command.Input autoFocus placeholder={hasTrigger ? 'Search what to add' : 'What starts it?'} />
        <Command.List>
          <Command.Empty>Nothing is called that.</Command.Empty>
          {hasTrigger && likely.length > 0 && <Group heading="Likely next" items={likely} prefix="likely" onPick={onPick} />}
          {hasTrigger && <Group heading="Logic" items={logic} prefix="logic" onPick={onPick} />}
          {groups.map((group) => (
            <Group key={group.key} heading={group.title} items={group.items} prefix="all" onPick={onPick} />
          ))}
        </Command.List>
      </Command>
    </div>
  );
}

/** All words typed stand in the item's text; those that its title begins with come first. */
function hasWords(value: string, search: string): number {
  const text = value.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
    ? 1
    : 0;
}

function Group({
  heading,
  items,
  prefix,
  onPick,
}: {
  readonly heading: string;
  readonly items: readonly OfferItem[];
  readonly prefix: string;
  onPick(offer: Offer): void;
}) {
  const { catalog } = useBuilder();
  return (
    <Command.Group heading={heading}>
      {items.map((item) => {
        const access =
          item.offer.kind === 'connector' ? findOperation(catalog, item.offer.connector, item.offer.operation)?.access : 'read';
        return (
          <Command.Item
            key={item.key}
            value={`${prefix} ${item.key} ${item.title} ${heading}`}
            onSelect={() => onPick(item.offer)}
            data-testid={`add-${item.key}`}
          >
            <NodeTile kind={item.kind} connector={item.connector} size="medium" />
            <span className="add-words">
              <span>{item.title}</span>
              <span className="add-line">{item.connector === undefined ? item.summary : placeOf(item.connector.title, access)}</span>
            </span>
          </Command.Item>
        );
      })}
    </Command.Group>
  );
}
