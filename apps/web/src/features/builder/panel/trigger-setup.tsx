'use client';
/** What starts the workflow, and how that stands on the server. */
import { useQuery } from '@tanstack/react-query';
import { CopyButton, RelativeTime } from '@weft/ui';
import { findOperation, isRunFailedTrigger } from '@weft/workflow';
import Link from 'next/link';
import type { TriggerNode } from '@weft/workflow';
import { CircleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { useBuilder } from '../state/builder-context.tsx';
import { useTRPC } from '../../../trpc/client.tsx';
import { useSlotConnection } from './account-field.tsx';
import { FailedOf } from './failed-of.tsx';
import { OperationSetup } from './operation-setup.tsx';

export function TriggerSetup({ node }: { readonly node: TriggerNode }) {
  return (
    <>
      <TriggerStanding node={node} />
      <OperationSetup node={node} />
      {isRunFailedTrigger(node) && <FailedOf node={node} />}
      <NextTimes node={node} />
      <Backlog node={node} />
    </>
  );
}

/** The next times of a schedule as it is drawn now; what is wrong with it is said in their place. */
function NextTimes({ node }: { readonly node: TriggerNode }) {
  const { catalog } = useBuilder();
  const trpc = useTRPC();
  const isSchedule = findOperation(catalog, node.connector, node.operation)?.trigger?.mode === 'schedule';
  const hasExpression = JSON.stringify(node.input).includes('{{');
  const isEmpty = !isGiven(node.input['cron']) && !isGiven(node.input['everyMinutes']);
  const times = useQuery(
    trpc.catalog.examples.queryOptions(
      { connector: node.connector, operation: node.operation, input: node.input },
      { enabled: isSchedule && !hasExpression && !isEmpty, retry: false, placeholderData: (before) => before, staleTime: 10_000 },
    ),
  );
  if (!isSchedule || hasExpression) return null;
  if (isEmpty) return <Times>Give a cron expression or a number of minutes, and the next times are shown here.</Times>;
  if (times.error) return <Times problem={times.error.message} />;
  if (times.data === undefined) return null;
  const zone = zoneOf(node.input['timezone']);
  const all = (times.data as { scheduledFor: string }[]).map(({ scheduledFor }) => scheduledFor);
  if (all.length === 0) return <Times problem="This schedule never comes: there is no such time." />;
  return (
    <Times zone={zone}>
      <ol>
        {all.map((at) => (
          <li key={at}>
            <time dateTime={at}>{timeIn(zone, at)}</time>
            <RelativeTime at={at} />
          </li>
        ))}
      </ol>
    </Times>
  );
}

/** How many runs begin at once when the trigger does not begin with what changes from now on. */
function Backlog({ node }: { readonly node: TriggerNode }) {
  const trpc = useTRPC();
  const connectionId = useSlotConnection(node.slot);
  const { startFrom, startDate } = node.input;
  const isPast = startFrom === 'everything' || (startFrom === 'date' && isGiven(startDate));
  const isAsked = isPast && connectionId !== undefined && !JSON.stringify(node.input).includes('{{');
  const input = useSettled(node.input);
  const backlog = useQuery(
    trpc.catalog.backlog.queryOptions(
      { connector: node.connector, operation: node.operation, input, ...(connectionId === undefined ? {} : { connectionId }) },
      { enabled: isAsked, retry: false, placeholderData: (before) => before, staleTime: 10_000 },
    ),
  );
  if (!isAsked) return null;
  if (backlog.error) return <Inset title="To begin with" problem={backlog.error.message} />;
  if (backlog.data === undefined) return <Inset title="To begin with">Counting the records …</Inset>;
  if (backlog.data === null) return null;
  const runs = `${new Intl.NumberFormat().format(backlog.data)} ${backlog.data === 1 ? 'run' : 'runs'}`;
  return <Inset title="To begin with">About {runs} begin as soon as the workflow is switched on for the first time.</Inset>;
}

/** A value once nobody has changed it for a moment: vendors are not asked at each key. */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), 500);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

interface TimesProps {
  readonly zone?: string;
  readonly problem?: string;
  readonly children?: ReactNode;
}

function Times(props: TimesProps) {
  return <Inset title="Next times" {...props} />;
}

function Inset({ title, zone, problem, children }: TimesProps & { readonly title: string }) {
  return (
    <section className="panel-inset next-times" aria-label={title} role="status">
      <div className="field-head">
        <h4 className="field-label">{title}</h4>
        {zone !== undefined && <span className="field-hint">{zone.replaceAll('_', ' ')}</span>}
      </div>
      {problem === undefined ? (
        children
      ) : (
        <p className="field-problem" data-level="error">
          <CircleAlert size={13} aria-hidden />
          <span>{problem}</span>
        </p>
      )}
    </section>
  );
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** The zone that was chosen; UTC while there is none, or one that does not exist, as long as somebody types. */
function zoneOf(value: unknown): string {
  try {
    return new Intl.DateTimeFormat(undefined, { timeZone: typeof value === 'string' && value !== '' ? value : 'UTC' }).resolvedOptions()
      .timeZone;
  } catch {
    return 'UTC';
  }
}

function timeIn(zone: string, at: string): string {
  return new Intl.DateTimeFormat(undefined, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  }).format(new Date(at));
}

function TriggerStanding({ node }: { readonly node: TriggerNode }) {
  const { workflow, catalog } = useBuilder();
  const mode = findOperation(catalog, node.connector, node.operation)?.trigger?.mode;
  const { trigger, enabled } = workflow;
  if (!enabled) {
    const what =
      mode === 'webhook' || mode === 'push'
        ? 'The address to call is shown here once the workflow is enabled.'
        : ((mode && OFF_WORDS[mode]) ?? 'Asks for new records only while the workflow is enabled.');
    return <p className="panel-note panel-inset">{what}</p>;
  }
  return (
    <div className="panel-inset trigger-standing">
      {trigger?.hookUrl !== undefined && trigger.hookUrl !== null && (
        <div className="hook">
          <code data-testid="hook-url">{trigger.hookUrl}</code>
          <CopyButton text={trigger.hookUrl} />
        </div>
      )}
      {mode !== 'call' &&
        mode !== 'manual' &&
        mode !== 'webhook' &&
        trigger?.lastPolledAt !== undefined &&
        trigger.lastPolledAt !== null && (
          <p className="field-help">
            Asked <RelativeTime at={trigger.lastPolledAt} />
            {trigger.nextDueAt !== undefined && trigger.nextDueAt !== null && (
              <>
                , next <RelativeTime at={trigger.nextDueAt} />
              </>
            )}
          </p>
        )}
      {trigger?.lastFound && (
        <p className="field-help" data-testid="trigger-found">
          {trigger.lastFound.message} <RelativeTime at={trigger.lastFound.at} />
        </p>
      )}
      {trigger?.waitsFor.map((account) => (
        <p key={account.id} className="field-problem" data-level="error">
          “{account.name}” must be reconnected before this workflow goes on. It then takes up where it stopped; nothing is lost.{' '}
          <Link className="account-link" href="/connections">
            Connections
          </Link>
        </p>
      ))}
      {trigger?.lastError !== undefined && trigger.lastError !== null && (
        <p className="field-problem" data-level="error">
          {errorText(trigger.lastError)}
        </p>
      )}
    </div>
  );
}

/** What a trigger that asks nobody does while the workflow is off. */
const OFF_WORDS: Readonly<Record<string, string>> = {
  manual: 'Starts by hand, by Run or by the API.',
  schedule: 'Starts by the clock only while the workflow is enabled.',
  call: 'Others can call it once it is published and enabled. Run it by hand to try it.',
  failure: 'Hears of failed runs only while the workflow is enabled.',
};

function errorText(error: unknown): string {
  if (typeof error === 'string') return error;
  const message = (error as { message?: unknown }).message;
  return typeof message === 'string' ? message : JSON.stringify(error);
}
