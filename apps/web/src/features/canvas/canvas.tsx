'use client';
/**
 * The canvas: draws a document, and turns what people do to it into named changes.
 *
 * React Flow holds positions only while something is dragged; when the drag ends they become one change of the
 * document, and the document is the truth again.
 */
import {
  Background,
  BackgroundVariant,
  ConnectionLineType,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  applyNodeChanges,
  useReactFlow,
} from '@xyflow/react';
import type { Connection as FlowConnection, Edge, NodeChange, ReactFlowInstance } from '@xyflow/react';
import { titleOf } from '@weft/workflow';
import type { Catalog, WorkflowDocument } from '@weft/workflow';
import '@xyflow/react/dist/base.css';
import './canvas.css';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { RefObject } from 'react';
import { toast } from '@weft/ui';
import { CanvasContext } from './canvas-context.tsx';
import type { CanvasActions } from './canvas-context.tsx';
import { CanvasToolbar, FIT } from './canvas-toolbar.tsx';
import type { Place } from './document/add-node.ts';
import { frameAt } from './document/geometry.ts';
import { connect, disconnect, find, replug, whyNot } from './document/wiring.ts';
import { moveNodes, updateNode, withOptional } from './document/edit-node.ts';
import { beginDrag, draggedOffer, endDrag, hoverTarget, targetAt } from './drop-target.ts';
import type { Offer } from './drop-target.ts';
import { WireEdge } from './edges/wire-edge.tsx';
import { flowEdges, flowNodes } from './flow-model.ts';
import type { FlowEdge, FlowNode, NodeMark } from './flow-model.ts';
import { FlowNodeView } from './nodes/flow-node.tsx';
import { RenamingContext } from './nodes/node-title.tsx';
import type { RunOverlay } from './run-overlay.ts';

/** A change of the document with the name undo shows. */
export interface CanvasChange {
  readonly name: string;
  change(document: WorkflowDocument): WorkflowDocument;
}

export interface CanvasProps {
  readonly document: WorkflowDocument;
  readonly catalog: Catalog;
  readonly isReadOnly: boolean;
  readonly selection: readonly string[];
  readonly marks: ReadonlyMap<string, NodeMark>;
  readonly run?: RunOverlay | undefined;
  /** Node to bring into view, as when a problem is jumped to. */
  readonly reveal?: { readonly id: string; readonly at: number } | undefined;
  onSelect(ids: readonly string[]): void;
  onChange?(change: CanvasChange): void;
  onDelete?(ids: readonly string[]): void;
  onAddList?(place: Place, at: { x: number; y: number }): void;
  onDropOffer?(offer: Offer, place: Place): void;
  onTidy?(): void;
}

const NODE_TYPES = { node: FlowNodeView };
const EDGE_TYPES = { wire: WireEdge };
const NOTHING = () => undefined;

export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <CanvasInside {...props} />
    </ReactFlowProvider>
  );
}

function CanvasInside(props: CanvasProps) {
  const { document, isReadOnly, onChange } = props;
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const latest = useRef(document);
  latest.current = document;
  const { nodes, edges, onNodesChange, onEdgesChange, dropEdges } = useFlowState(props);
  const [renamingId, setRenamingId] = useState<string>();
  const renaming = useMemo(() => ({ id: renamingId, begin: setRenamingId }), [renamingId]);
  useReveal(props.reveal);
  const root = useRef<HTMLDivElement>(null);
  useKeepInSight(root, props.selection.length === 1 ? props.selection[0] : undefined);
  useRefit(document);

  const actions = useMemo<CanvasActions>(
    () => ({
      isReadOnly,
      document: () => latest.current,
      openAddList: props.onAddList ?? NOTHING,
      rename: (id, title) =>
        onChange?.({
          name: `Renamed to ${title || 'the default'}`,
          change: (current) => updateNode(current, id, (node) => withOptional(node, 'title', title || undefined)),
        }),
    }),
    [isReadOnly, onChange, props.onAddList],
  );

  const reject = useCallback((connection: { from: string; fromPort: string; to: string }, replacing?: string) => {
    const reason = whyNot(latest.current, connection, replacing);
    if (reason !== undefined) toast(reason);
    return reason !== undefined;
  }, []);

  const onConnect = (connection: FlowConnection) => {
    const wire = wireOf(connection);
    if (!reject(wire))
      onChange?.({
        name: `Connected ${nameOf(props, wire.from)} to ${nameOf(props, wire.to)}`,
        change: (current) => connect(current, wire),
      });
  };
  const onReconnect = (edge: Edge, connection: FlowConnection) => {
    const wire = wireOf(connection);
    if (!reject(wire, edge.id))
      onChange?.({ name: `Moved an edge to ${nameOf(props, wire.to)}`, change: (current) => replug(current, edge.id, wire) });
  };
  const commitMove = (moved: readonly FlowNode[]) => {
    const changed = moved.filter((node) => {
      const at = latest.current.layout[node.id];
      return at === undefined || Math.round(node.position.x) !== at[0] || Math.round(node.position.y) !== at[1];
    });
    if (changed.length === 0) return;
    const places = new Map(changed.map((node) => [node.id, node.position]));
    onChange?.({
      name: changed.length === 1 ? `Moved ${nameOf(props, changed[0]?.id ?? '')}` : `Moved ${changed.length} nodes`,
      change: (current) => moveNodes(current, places),
    });
  };

  return (
    <CanvasContext value={actions}>
      <RenamingContext value={renaming}>
        <div
          ref={root}
          className="canvas"
          data-read-only={isReadOnly || undefined}
          onDragOver={(event) => {
            if (draggedOffer() === undefined) return;
            event.preventDefault();
            event.dataTransfer.dropEffect = 'copy';
            hoverTarget(targetAt(event.clientX, event.clientY));
          }}
          onDragLeave={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget as Node | null)) hoverTarget(undefined);
          }}
          onDrop={(event) => {
            const offer = draggedOffer();
            if (offer === undefined) return;
            event.preventDefault();
            const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
            props.onDropOffer?.(offer, placeAt(latest.current, { screen: { x: event.clientX, y: event.clientY }, point }));
            endDrag();
          }}
          onKeyDown={(event) => {
            if (event.key === 'F2' && !isReadOnly && props.selection.length === 1) {
              event.preventDefault();
              setRenamingId(props.selection[0]);
            }
            if ((event.key === 'Delete' || event.key === 'Backspace') && !isReadOnly && !isTyping(event.target)) {
              const wires = dropEdges();
              if (wires.length > 0 && props.selection.length === 0)
                onChange?.({
                  name: wires.length === 1 ? 'Removed an edge' : `Removed ${wires.length} edges`,
                  change: (current) => disconnect(current, wires),
                });
              else if (props.selection.length > 0) props.onDelete?.(props.selection);
            }
          }}
        >
          <ReactFlow<FlowNode, FlowEdge>
            nodes={nodes}
            edges={edges}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            onNodesChange={onNodesChange}
            onEdgesChange={onEdgesChange}
            onConnect={onConnect}
            onReconnect={onReconnect}
            onNodeDragStop={(_, __, moved) => commitMove(moved)}
            onSelectionDragStop={(_, moved) => commitMove(moved)}
            onPaneClick={() => props.onSelect([])}
            isValidConnection={(connection) => whyNot(latest.current, wireOf(connection)) === undefined}
            nodesDraggable={!isReadOnly}
            nodesConnectable={!isReadOnly}
            edgesReconnectable={!isReadOnly}
            edgesFocusable={!isReadOnly}
            deleteKeyCode={null}
            multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
            selectionKeyCode="Shift"
            selectionMode={SelectionMode.Partial}
            connectionRadius={36}
            connectionLineType={ConnectionLineType.SmoothStep}
            connectOnClick={false}
            panOnScroll
            zoomOnDoubleClick={false}
            minZoom={0.2}
            maxZoom={1.5}
            onlyRenderVisibleElements
            fitView
            fitViewOptions={FIT}
            proOptions={HIDE_LABEL}
            aria-label="Workflow canvas"
          >
            <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} />
          </ReactFlow>
          <CanvasToolbar onTidy={isReadOnly ? undefined : props.onTidy} />
        </div>
      </RenamingContext>
    </CanvasContext>
  );
}

// React Flow is MIT; its corner label is named in the licences page instead.
const HIDE_LABEL = { hideAttribution: true };

function wireOf(connection: { source: string; target: string; sourceHandle?: string | null | undefined }): {
  from: string;
  fromPort: string;
  to: string;
} {
  return { from: connection.source, fromPort: connection.sourceHandle ?? 'next', to: connection.target };
}

function nameOf(props: CanvasProps, id: string): string {
  const node = find(props.document, id);
  return node === undefined ? id : titleOf(node, props.catalog);
}

function isTyping(target: EventTarget): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

function placeAt(document: WorkflowDocument, at: { screen: { x: number; y: number }; point: { x: number; y: number } }): Place {
  const target = targetAt(at.screen.x, at.screen.y);
  if (target.on === 'edge') return { at: 'edge', edge: target.edge };
  if (target.on === 'port') return { at: 'port', from: target.node, fromPort: target.port };
  const parent = frameAt(document, at.point);
  const point = { x: at.point.x - 114, y: at.point.y - 28 };
  return parent === undefined ? { at: 'canvas', point } : { at: 'canvas', point, parent };
}

/** React Flow's copy of the document: follows it, except while something is being dragged. */
function useFlowState(props: CanvasProps) {
  const { document, catalog, marks, run, selection, onSelect } = props;
  const known = useRef(new Map<string, FlowNode>());
  const modelNodes = useMemo(() => {
    const made = flowNodes({ document, catalog, marks, run, selection: new Set(selection) }, known.current);
    known.current = new Map(made.map((node) => [node.id, node]));
    return made;
  }, [document, catalog, marks, run, selection]);
  const modelEdges = useMemo(() => flowEdges({ document, catalog, marks, run, selection: new Set() }), [document, catalog, marks, run]);
  const [nodes, setNodes] = useState(modelNodes);
  const [selectedEdges, setSelectedEdges] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setNodes(modelNodes), [modelNodes]);

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      setNodes((current) => applyNodeChanges(changes, current));
      const picks = changes.filter((change) => change.type === 'select');
      if (picks.length === 0) return;
      const next = new Set(selection);
      for (const pick of picks) {
        if (pick.selected) next.add(pick.id);
        else next.delete(pick.id);
      }
      onSelect([...next]);
    },
    [onSelect, selection],
  );
  const onEdgesChange = useCallback((changes: { type: string; id?: string; selected?: boolean }[]) => {
    setSelectedEdges((current) => {
      const next = new Set(current);
      for (const change of changes) {
        if (change.type !== 'select' || change.id === undefined) continue;
        if (change.selected === true) next.add(change.id);
        else next.delete(change.id);
      }
      return next;
    });
  }, []);
  const edges = useMemo(
    () => modelEdges.map((edge) => (selectedEdges.has(edge.id) ? { ...edge, selected: true } : edge)),
    [modelEdges, selectedEdges],
  );
  const dropEdges = useCallback(() => [...selectedEdges], [selectedEdges]);
  return { nodes, edges, onNodesChange, onEdgesChange, dropEdges };
}

/** Brings a node that was asked for into sight, moving no further than needed. */
function useReveal(reveal: CanvasProps['reveal']) {
  const flow = useReactFlow<FlowNode, FlowEdge>();
  useEffect(() => {
    if (reveal === undefined) return undefined;
    // A node that was just added is known to React Flow a frame later.
    const frame = requestAnimationFrame(() => requestAnimationFrame(() => bringIntoView(flow, reveal.id)));
    return () => cancelAnimationFrame(frame);
  }, [flow, reveal]);
}

function bringIntoView(flow: ReactFlowInstance<FlowNode, FlowEdge>, id: string): void {
  const node = flow.getInternalNode(id);
  if (node === undefined) return;
  const { x, y } = node.internals.positionAbsolute;
  const from = flow.flowToScreenPosition({ x, y });
  const to = flow.flowToScreenPosition({ x: x + (node.width ?? 228) + BESIDE, y: y + (node.height ?? 56) });
  const frame = window.document.querySelector('.canvas')?.getBoundingClientRect();
  if (frame === undefined) return;
  const viewport = flow.getViewport();
  const dx = overlap(from.x, to.x, frame.left, frame.right);
  const dy = overlap(from.y, to.y, frame.top, frame.bottom);
  if (dx !== 0 || dy !== 0) void flow.setViewport({ ...viewport, x: viewport.x + dx, y: viewport.y + dy }, { duration: motion(180) });
}

/** Free space around what is brought into view, pixels. */
const CLEAR = 20;
/** What stands at the right of a node: the name of its error port, or how long it took. */
const BESIDE = 64;

/** How far to move so that a stretch lies inside another, its beginning at least; 0 when it does. */
function overlap(from: number, to: number, low: number, high: number): number {
  if (from < low + CLEAR) return low + CLEAR - from;
  return to > high - CLEAR ? Math.max(high - CLEAR - to, low + CLEAR - from) : 0;
}

/** Keeps the chosen node in sight when the canvas becomes narrower, as when its panel opens. */
function useKeepInSight(root: RefObject<HTMLElement | null>, selected: string | undefined) {
  const flow = useReactFlow<FlowNode, FlowEdge>();
  useEffect(() => {
    const element = root.current;
    if (element === null || selected === undefined) return undefined;
    // The panel of a node opens together with its being chosen.
    const frame = requestAnimationFrame(() => bringIntoView(flow, selected));
    let { width } = element.getBoundingClientRect();
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined && entry.contentRect.width < width) bringIntoView(flow, selected);
      width = entry?.contentRect.width ?? width;
    });
    observer.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [flow, root, selected]);
}

/** When a new node has been brought into sight, milliseconds. */
const AFTER_REVEAL_MS = 80;

/** Fits the view when the first node appears on an empty canvas. */
function useRefit(document: WorkflowDocument) {
  const flow = useReactFlow();
  const wasEmpty = useRef(document.nodes.length === 0);
  useEffect(() => {
    const isFirst = wasEmpty.current && document.nodes.length > 0;
    wasEmpty.current = document.nodes.length === 0;
    if (!isFirst) return undefined;
    // Behind the moves that bring a new node into sight, and its panel, which takes room.
    const timer = setTimeout(() => void flow.fitView({ ...FIT, duration: motion(180) }), AFTER_REVEAL_MS);
    return () => clearTimeout(timer);
  }, [document.nodes.length, flow]);
}

/** A duration, or none for people who asked for less motion. */
function motion(ms: number): number {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : ms;
}

/** Starts dragging an offer from the palette. */
export function dragOffer(event: React.DragEvent, offer: Offer): void {
  event.dataTransfer.effectAllowed = 'copy';
  event.dataTransfer.setData('text/plain', JSON.stringify(offer));
  beginDrag(offer);
}
