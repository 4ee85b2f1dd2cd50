'use client';
/** Zoom, fit and tidy, at the canvas's lower left. */
import { useReactFlow, useViewport } from '@xyflow/react';
import { Maximize, Minus, Network, Plus } from 'lucide-react';

/** How everything is brought into view: never larger than it is, nodes out of sight counted too. */
export const FIT = {
  padding: { top: '28px', bottom: '80px', left: '40px', right: '40px' },
  maxZoom: 1,
  minZoom: 0.4,
  includeHiddenNodes: true,
} as const;

export function CanvasToolbar({ onTidy }: { readonly onTidy: (() => void) | undefined }) {
  const flow = useReactFlow();
  const { zoom } = useViewport();
  return (
    <div className="canvas-toolbar" role="toolbar" aria-label="Canvas">
      <button type="button" aria-label="Zoom out" title="Zoom out" onClick={() => void flow.zoomOut({ duration: 120 })}>
        <Minus size={14} aria-hidden />
      </button>
      <button
        type="button"
        className="canvas-zoom"
        aria-label={`Zoom ${Math.round(zoom * 100)} percent; back to 100`}
        onClick={() => void flow.zoomTo(1, { duration: 120 })}
      >
        {Math.round(zoom * 100)}%
      </button>
      <button type="button" aria-label="Zoom in" title="Zoom in" onClick={() => void flow.zoomIn({ duration: 120 })}>
        <Plus size={14} aria-hidden />
      </button>
      <span className="canvas-toolbar-line" aria-hidden />
      <button
        type="button"
        aria-label="Fit everything into view"
        title="Fit into view"
        onClick={() => void flow.fitView({ ...FIT, duration: 160 })}
      >
        <Maximize size={14} aria-hidden />
      </button>
      {onTidy !== undefined && (
        <button
          type="button"
          aria-label="Tidy the layout"
          title="Tidy"
          onClick={() => {
            onTidy();
            // The new places are known to React Flow a frame later.
            requestAnimationFrame(() => requestAnimationFrame(() => void flow.fitView({ ...FIT, duration: 180 })));
          }}
        >
          <Network size={14} aria-hidden />
        </button>
      )}
    </div>
  );
}
