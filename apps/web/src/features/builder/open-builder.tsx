'use client';
/** An open draft: palette, canvas, panel, drawer, and what ties them together. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from '@weft/ui';
import { titleOf } from '@weft/workflow';
import type { ConnectorManifest } from '@weft/workflow';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { Canvas } from '../canvas/canvas.tsx';
import type { CanvasChange } from '../canvas/canvas.tsx';
import type { Place } from '../canvas/document/add-node.ts';
import { whyNotOnEdge } from '../canvas/document/add-node.ts';
import { tidy } from '../canvas/document/layout.ts';
import { mainPort } from '../canvas/document/ports.ts';
import { deleteNodes } from '../canvas/document/remove-nodes.ts';
import { edgesFrom, find } from '../canvas/document/wiring.ts';
import { edgeKey } from '../canvas/document/ports.ts';
import type { Offer } from '../canvas/drop-target.ts';
import { JsonView } from './json/json-view.tsx';
import { AddList } from './palette/add-list.tsx';
import type { AddListState } from './palette/add-list.tsx';
import { addOffer } from './palette/make-node.ts';
import { Palette } from './palette/palette.tsx';
import { NodePanel } from './panel/node-panel.tsx';
import { PreviewContext } from './preview/use-resolved.tsx';
import { usePreviewClient } from './preview/use-preview-client.ts';
import { useSamples } from './preview/samples.tsx';
import { SettingsDialog } from './settings/settings-dialog.tsx';
import { RunsDrawer } from './runs/runs-drawer.tsx';
import { RunStrip } from './runs/run-strip.tsx';
import { useRun } from './runs/use-run.ts';
import type { ConnectionSummary, WorkflowDetail } from './state/api-types.ts';
import { BuilderContext } from './state/builder-context.tsx';
import type { BuilderShared } from './state/builder-context.tsx';
import { makeCatalog } from './state/catalog.ts';
import { marksOf } from './state/findings.ts';
import { useFindings } from './state/use-findings.ts';
import { useOpenDraft } from './state/use-open-draft.ts';
import { DraftContext, useDocument, useDraft, useDraftStore } from './state/use-draft.tsx';
import { useUrlState } from './state/url-state.ts';
import { useShortcuts } from './state/use-shortcuts.ts';
import { duplicateSelection } from './state/clipboard-actions.ts';
import { RunDialog } from './top-bar/run-dialog.tsx';
import { TopBar } from './top-bar/top-bar.tsx';

interface OpenBuilderProps {
  readonly workflow: WorkflowDetail;
  readonly manifests: readonly ConnectorManifest[];
  readonly connections: readonly ConnectionSummary[];
}

export function OpenBuilder(props: OpenBuilderProps) {
  const draft = useOpenDraft(props.workflow);
  if (draft === undefined) return null;
  return (
    <DraftContext value={draft.store}>
      <Workbench {...props} flush={draft.flush} />
    </DraftContext>
  );
}

function Workbench({ workflow, manifests, connections, flush }: OpenBuilderProps & { flush(): Promise<void> }) {
  const store = useDraftStore();
  const document = useDocument();
  const catalog = useMemo(() => makeCatalog(manifests), [manifests]);
  const findings = useFindings(document, catalog);
  const client = usePreviewClient();
  const samples = useSamples({ workflowId: workflow.id, document, catalog, config: workflow.config, client });
  const preview = useMemo(() => ({ client, scope: samples.scope }), [client, samples.scope]);
  const bind = useBind(workflow);
  const shared = useMemo<BuilderShared>(
    () => ({
      workflowId: workflow.id,
      workflow,
      catalog,
      connections,
      bindings: workflow.bindings,
      config: workflow.config,
      findings,
      samples,
      bind,
    }),
    [workflow, catalog, connections, findings, samples, bind],
  );
  const marks = useMemo(() => marksOf(findings), [findings]);
  const selection = useDraft((state) => state.selection);
  const url = useUrlState();
  const { run, overlay } = useRun(url.run);
  const [addList, setAddList] = useState<AddListState>();
  const [reveal, setReveal] = useState<{ id: string; at: number }>();
  const [isRunOpen, setRunOpen] = useState(false);
  const node = url.node === undefined ? undefined : find(document, url.node);

  // The address says which panel is open, also when the page is opened by it.
  useEffect(() => {
    if (url.node !== undefined && store.get().selection.length === 0) store.select([url.node]);
  }, [store, url.node]);

  const select = useCallback(
    (ids: readonly string[]) => {
      store.select(ids);
      url.set({ node: ids.length === 1 ? ids[0] : undefined });
    },
    [store, url],
  );
  const add = useCallback(
    (offer: Offer, place: Place) => {
      const reason = place.at === 'edge' ? whyNotOnEdge({ kind: offer.kind }) : undefined;
      setAddList(undefined);
      if (reason !== undefined) {
        toast(reason);
        return;
      }
      const made = addOffer(store.document, offer, { catalog, place });
      const added = find(made.document, made.id);
      store.apply({ name: `Added ${added === undefined ? made.id : titleOf(added, catalog)}`, change: () => made.document });
      select([made.id]);
      setReveal({ id: made.id, at: Date.now() });
    },
    [catalog, select, store],
  );
  const remove = useCallback(
    (ids: readonly string[]) => {
      const names = ids
        .map((id) => find(store.document, id))
        .filter((one) => one !== undefined)
        .map((one) => titleOf(one, catalog));
      if (names.length === 0) return;
      const name = names.length === 1 ? `Removed ${names[0]}` : `Removed ${names.length} nodes`;
      store.apply({ name, change: (current) => deleteNodes(current, ids) });
      select([]);
      toast(name, { action: { label: 'Undo', onClick: () => store.undo() } });
    },
    [catalog, select, store],
  );
  const jump = useCallback(
    (id: string) => {
      select([id]);
      url.set({ tab: undefined });
      setReveal({ id, at: Date.now() });
    },
    [select, url],
  );
  const openAddList = useCallback((place: Place, at: { x: number; y: number }) => setAddList({ place, at }), []);
  const change = useCallback((next: CanvasChange) => store.apply(next), [store]);
  const tidyAll = useCallback(() => store.apply({ name: 'Tidied the layout', change: tidy }), [store]);
  useShortcuts({
    store,
    select,
    openAddList: () =>
      openAddList(placeAfter(store.document, store.get().selection[0]), { x: window.innerWidth / 2 - 150, y: window.innerHeight / 3 }),
  });

  return (
    <BuilderContext value={shared}>
      <PreviewContext value={preview}>
        <div className="builder">
          <TopBar flush={flush} onRun={() => setRunOpen(true)} onJump={jump} />
          <div className="builder-columns">
            <Palette
              onPick={(offer) =>
                add(offer, offer.kind === 'trigger' ? { at: 'canvas', point: { x: 0, y: 0 } } : placeAfter(document, selection[0]))
              }
            />
            <div className="builder-middle">
              {run !== undefined && <RunStrip run={run} />}
              <Canvas
                document={document}
                catalog={catalog}
                isReadOnly={false}
                selection={selection}
                marks={marks}
                run={overlay}
                reveal={reveal}
                onSelect={select}
                onChange={change}
                onDelete={remove}
                onAddList={openAddList}
                onDropOffer={add}
                onTidy={tidyAll}
              />
              {document.nodes.length === 0 && addList === undefined && <EmptyCanvas />}
              <RunsDrawer />
            </div>
            {node !== undefined && selection.length <= 1 && (
              <NodePanel
                node={node}
                run={run}
                onClose={() => select([])}
                onDuplicate={() => select(duplicateSelection(store, [node.id]))}
                onDelete={() => remove([node.id])}
              />
            )}
          </div>
        </div>
        {addList !== undefined && (
          <AddList {...addList} onPick={(offer) => add(offer, addList.place)} onClose={() => setAddList(undefined)} />
        )}
        <RunDialog
          isOpen={isRunOpen}
          onOpenChange={setRunOpen}
          flush={flush}
          onStarted={(id) => {
            url.set({ run: id, tab: 'data' });
          }}
        />
        {url.view === 'json' && <JsonView onClose={() => url.set({ view: undefined })} />}
        {url.view === 'settings' && <SettingsDialog onClose={() => url.set({ view: undefined })} />}
      </PreviewContext>
    </BuilderContext>
  );
}

function EmptyCanvas() {
  return (
    <div className="canvas-empty">
      <h2>What starts this workflow?</h2>
      <p>Choose a trigger at the left, or press Tab.</p>
    </div>
  );
}

/** Where a node goes that was clicked, not dragged: behind the chosen node, else behind the last one. */
function placeAfter(document: Parameters<typeof find>[0], selected: string | undefined): Place {
  const source = (selected === undefined ? undefined : find(document, selected)) ?? lastNode(document);
  if (source === undefined) return { at: 'canvas', point: { x: 0, y: 0 } };
  const port = mainPort(source);
  if (port === undefined)
    return {
      at: 'canvas',
      point: { x: (document.layout[source.id]?.[0] ?? 0) + 280, y: document.layout[source.id]?.[1] ?? 0 },
      ...(source.parent === undefined ? {} : { parent: source.parent }),
    };
  const [edge, ...others] = edgesFrom(document, source.id, port);
  if (edge !== undefined && others.length === 0 && selected !== undefined) return { at: 'edge', edge: edgeKey(edge) };
  return { at: 'port', from: source.id, fromPort: port };
}

/** The lowest node that nothing follows yet. */
function lastNode(document: Parameters<typeof find>[0]) {
  const sources = new Set(document.edges.map((edge) => edge.from));
  return document.nodes
    .filter((node) => node.parent === undefined && !sources.has(node.id) && node.kind !== 'stop')
    .sort((a, b) => (document.layout[b.id]?.[1] ?? 0) - (document.layout[a.id]?.[1] ?? 0))[0];
}

/** Binds a slot to a connection, shown at once. */
function useBind(workflow: WorkflowDetail): (slot: string, connectionId: string) => void {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { mutate } = useMutation(trpc.workflows.setBindings.mutationOptions());
  const { id, bindings } = workflow;
  return useCallback(
    (slot, connectionId) => {
      const next = { ...bindings, [slot]: connectionId };
      const { queryKey } = trpc.workflows.get.queryOptions({ id });
      queries.setQueryData(queryKey, (current) => (current === undefined ? current : { ...current, bindings: next }));
      mutate(
        { id, bindings: next },
        { onError: (error) => toast.error(errorMessage(error)), onSettled: () => void queries.invalidateQueries({ queryKey }) },
      );
    },
    [bindings, id, mutate, queries, trpc],
  );
}
