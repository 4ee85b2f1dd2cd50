'use client';
/** The right panel: 404 px, resizable by its edge, with room for the data panel at its left. */
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';

const MIN = 360;
const MAX = 640;
const USUAL = 404;
const STORAGE_KEY = 'weft.panel-width';

interface PanelFrameProps {
  readonly label: string;
  /** Drawn to the left of the panel, over the canvas. */
  readonly aside: ReactNode;
  readonly children: ReactNode;
  /** Something outside of panel and aside was pressed. */
  onLeave?(): void;
}

export function PanelFrame({ label, aside, children, onLeave }: PanelFrameProps) {
  const root = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(USUAL);
  useEffect(() => {
    const stored = Number(localStorage.getItem(STORAGE_KEY));
    if (stored >= MIN && stored <= MAX) setWidth(stored);
  }, []);
  useEffect(() => {
    const onDown = (event: PointerEvent) => {
      const target = event.target instanceof Element ? event.target : undefined;
      // Lists of completions and drop-downs are drawn elsewhere in the page.
      const isOurs =
        target !== undefined &&
        (root.current?.contains(target) === true || target.closest('.cm-tooltip, [data-radix-popper-content-wrapper]') !== null);
      if (!isOurs) onLeave?.();
    };
    window.addEventListener('pointerdown', onDown);
    return () => window.removeEventListener('pointerdown', onDown);
  }, [onLeave]);
  const resize = (next: number) => {
    const kept = Math.min(MAX, Math.max(MIN, next));
    setWidth(kept);
    localStorage.setItem(STORAGE_KEY, String(kept));
  };
  return (
    <aside ref={root} className="panel" style={{ width }} aria-label={label} data-testid="node-panel">
      <div
        className="panel-edge"
        role="separator"
        aria-orientation="vertical"
        aria-label="Width of the panel"
        aria-valuenow={width}
        aria-valuemin={MIN}
        aria-valuemax={MAX}
        tabIndex={0}
        onKeyDown={(event) => {
          if (event.key === 'ArrowLeft') resize(width + 16);
          if (event.key === 'ArrowRight') resize(width - 16);
        }}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId))
            resize((root.current?.getBoundingClientRect().right ?? window.innerWidth) - event.clientX);
        }}
      />
      {aside !== undefined && <div className="panel-aside">{aside}</div>}
      {children}
    </aside>
  );
}
