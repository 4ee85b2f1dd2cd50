'use client';
/** A run's steps in the order in which they began, with how long each took beside the whole. */
import { isPageStep } from '@weft/engine';
import { duration } from '@weft/ui';
import { titleOf } from '@weft/workflow';
import type { Catalog } from '@weft/workflow';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Check, Clock, Minus, RotateCw, UserRound, X } from 'lucide-react';
import { useMemo, useRef } from 'react';
import { NodeTile } from '../../canvas/nodes/node-tile.tsx';
import type { RunDetail, StepView } from '../state/api-types.ts';
import { itemLabel } from './item-label.ts';
import { lastAttempts, time } from './overlay.ts';

const ICONS = { succeeded: Check, failed: X, skipped: Minus, retrying: RotateCw } as const;

interface TimelineProps {
  readonly run: RunDetail;
  readonly catalog: Catalog;
  readonly chosen: string | undefined;
  /** The one of its steps that is shown; all of them are marked without it. */
  readonly chosenPath: string | undefined;
  onChoose(nodeId: string, path?: string): void;
}

export function Timeline({ run, catalog, chosen, chosenPath, onChoose }: TimelineProps) {
  const steps = useMemo(() => lastAttempts(run.steps).sort((a, b) => time(a.startedAt) - time(b.startedAt)), [run.steps]);
  const start = Math.min(...steps.map((step) => time(step.startedAt)));
  const end = Math.max(...steps.map((step) => time(step.finishedAt)));
  const nodes = useMemo(() => new Map(run.document.nodes.map((node) => [node.id, node])), [run.document]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: steps.length, getScrollElement: () => scroller.current, estimateSize: () => 44, overscan: 10 });
  return (
    <nav className="timeline" aria-label="Steps">
      <h2 className="timeline-title">
        {steps.length === 1 ? '1 step' : `${steps.length} steps`}
        {steps.length > 0 && <span>{duration(end - start)}</span>}
      </h2>
      <div ref={scroller} className="timeline-rows">
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const step = steps[item.index];
            const node = step === undefined ? undefined : nodes.get(step.nodeId);
            if (step === undefined) return null;
            return (
              <button
                key={step.path}
                type="button"
                className="timeline-row"
                data-testid={`step-${step.path}`}
                data-status={step.status}
                aria-current={(chosenPath === undefined ? chosen === step.nodeId : chosenPath === step.path) || undefined}
                style={{ position: 'absolute', top: 0, left: 0, width: '100%', height: 44, transform: `translateY(${item.start}px)` }}
                onClick={() => onChoose(step.nodeId, step.path)}
              >
                <NodeTile
                  kind={node?.kind ?? 'connector'}
                  connector={node?.kind === 'connector' || node?.kind === 'trigger' ? catalog.connector(node.connector) : undefined}
                  size="small"
                />
                <span className="timeline-name">
                  {isPageStep(step.path) ? itemLabel(step.path) : nameOf(node, step.nodeId, catalog)}
                  {isInItem(step.path) && <span className="field-hint"> {itemLabel(step.path)}</span>}
                </span>
                <Mark status={step.status} />
                <span className="timeline-time">
                  {step.status === 'skipped' ? 'skipped' : duration(time(step.finishedAt) - time(step.startedAt))}
                </span>
                <Bar step={step} start={start} whole={Math.max(1, end - start)} />
              </button>
            );
          })}
        </div>
        <Waiting run={run} catalog={catalog} chosen={chosenPath === undefined ? chosen : undefined} onChoose={onChoose} />
        {run.progress.map((seen) => (
          <StepUnderWay key={seen.path} seen={seen} name={nameOf(nodes.get(seen.nodeId), seen.nodeId, catalog)} onChoose={onChoose} />
        ))}
        {steps.length === 0 && run.waits.length === 0 && run.progress.length === 0 && (
          <p className="data-nothing">No step has ended yet.</p>
        )}
      </div>
    </nav>
  );
}

/** More of them are told by their number. */
const MOST_WAITS = 30;

/** What has begun and waits for something outside of the run. */
function Waiting({ run, catalog, chosen, onChoose }: Omit<TimelineProps, 'chosenPath'>) {
  return run.waits.slice(0, MOST_WAITS).map((wait, index) => {
    const node = run.document.nodes.find((one) => one.id === wait.nodeId);
    const Icon = wait.kind === 'review' ? UserRound : Clock;
    return (
      <button
        key={wait.id}
        type="button"
        className="timeline-row"
        data-testid={`waiting-${wait.path}`}
        data-status="waiting"
        data-waits-for={wait.kind}
        aria-current={chosen === wait.nodeId || undefined}
        onClick={() => onChoose(wait.nodeId)}
      >
        <NodeTile kind={node?.kind ?? 'wait'} size="small" />
        <span className="timeline-name">
          {node === undefined ? wait.nodeId : titleOf(node, catalog)}
          {isInItem(wait.path) && <span className="field-hint"> {itemLabel(wait.path)}</span>}
        </span>
        <Icon size={13} strokeWidth={2.4} className="timeline-mark" aria-hidden />
        <span className="timeline-time">
          {index === MOST_WAITS - 1 && run.waits.length > MOST_WAITS ? `and ${run.waits.length - MOST_WAITS} more` : 'waits'}
        </span>
      </button>
    );
  });
}

/** A page of a loop is told by its number in the place of the loop's name. */
function isInItem(path: string): boolean {
  return path.includes('[') && !isPageStep(path);
}

function nameOf(node: RunDetail['document']['nodes'][number] | undefined, id: string, catalog: Catalog): string {
  return node === undefined ? id : titleOf(node, catalog);
}

/** A long step that says how far it is. */
function StepUnderWay({
  seen,
  name,
  onChoose,
}: {
  readonly seen: RunDetail['progress'][number];
  readonly name: string;
  onChoose(nodeId: string): void;
}) {
  const { done, total } = seen;
  const share = done === undefined || total === undefined || total === 0 ? undefined : Math.min(100, (done / total) * 100);
  return (
    <button type="button" className="timeline-progress" data-testid="step-progress" onClick={() => onChoose(seen.nodeId)}>
      <span className="timeline-name">{name}</span>
      <span className="field-help">{seen.text}</span>
      {share !== undefined && (
        <span
          className="timeline-share"
          role="progressbar"
          aria-label={name}
          aria-valuenow={Math.round(share)}
          aria-valuemin={0}
          aria-valuemax={100}
        >
          <i style={{ width: `${share}%` }} />
        </span>
      )}
    </button>
  );
}

function Mark({ status }: { readonly status: StepView['status'] }) {
  const Icon = ICONS[status];
  return <Icon size={13} strokeWidth={2.4} className="timeline-mark" role="img" aria-label={status} />;
}

function Bar({ step, start, whole }: { readonly step: StepView; readonly start: number; readonly whole: number }) {
  const left = ((time(step.startedAt) - start) / whole) * 100;
  const width = Math.max(1, ((time(step.finishedAt) - time(step.startedAt)) / whole) * 100);
  return (
    <span className="timeline-bar" aria-hidden>
      <i style={{ left: `${Math.min(left, 99)}%`, width: `${Math.min(width, 100 - Math.min(left, 99))}%` }} />
    </span>
  );
}
