import { CalendarClock, CircleCheck, CircleX, KeyRound, TimerOff, UserCheck } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Badge, Button, Card, CardHeader, RelativeTime } from '@weft/ui';
import { accountEnd } from '../connections/account-end.ts';
import type { Overview } from './home-page.tsx';

/** What waits for a person, the worst first. */
export function NeedsYou({ overview, openReviews }: { overview: Overview; openReviews: number }): ReactNode {
  const { problems, connectionsFailed, connectionsEnding, triggersFailing } = overview;
  const count = problems.length + connectionsFailed.length + connectionsEnding.length + triggersFailing.length + openReviews;
  return (
    <Card data-testid="needs-you">
      <CardHeader
        title={<span className="flex items-center gap-2">Needs you {count > 0 ? <Badge tone="fail">{count}</Badge> : null}</span>}
      />
      {count === 0 ? (
        <p className="flex items-center gap-2 px-4 py-4 text-text-2">
          <CircleCheck aria-hidden className="size-4 text-ok" strokeWidth={1.8} />
          Nothing waits for you.
        </p>
      ) : null}
      <ul className="divide-y divide-border">
        {openReviews > 0 ? (
          <Need
            icon={UserCheck}
            tone="bg-review-tint text-review"
            title={openReviews === 1 ? 'A run waits for your decision' : `${openReviews} runs wait for your decision`}
            href="/review"
            act="Decide"
          >
            {openReviews === 1 ? 'It goes on as soon as somebody has decided.' : 'They go on as soon as somebody has decided.'}
          </Need>
        ) : null}
        {problems.map((problem) => (
          <Need
            key={`${problem.workflowId}:${problem.message}`}
            icon={CircleX}
            tone="bg-fail-tint text-fail"
            title={`${problem.count} ${problem.count === 1 ? 'run' : 'runs'} failed in ${problem.workflowName}`}
            href={`/runs?status=failed&workflow=${problem.workflowId}`}
            act="Look"
          >
            {problem.message} <RelativeTime at={problem.lastAt} className="text-text-3" />
          </Need>
        ))}
        {connectionsFailed.map((connection) => (
          <Need
            key={connection.id}
            icon={KeyRound}
            tone="bg-warn-tint text-warn"
            title={`${connection.name} does not answer`}
            href="/connections"
            act="Mend"
          >
            {connection.message}
          </Need>
        ))}
        {connectionsEnding.map((connection) => (
          <Need
            key={connection.id}
            icon={CalendarClock}
            tone="bg-warn-tint text-warn"
            title={`${connection.name} needs new keys soon`}
            href="/connections"
            act="Renew"
          >
            {accountEnd(connection.endsAt, Date.now())?.words}
          </Need>
        ))}
        {triggersFailing.map((trigger) => (
          <Need
            key={trigger.workflowId}
            icon={TimerOff}
            tone="bg-warn-tint text-warn"
            title={`${trigger.workflowName} cannot look for changes`}
            href={`/workflows/${trigger.workflowId}`}
            act="Open"
          >
            {trigger.message}
          </Need>
        ))}
      </ul>
    </Card>
  );
}

function Need({
  icon: Icon,
  tone,
  title,
  href,
  act,
  children,
}: {
  icon: LucideIcon;
  tone: string;
  title: string;
  href: string;
  act: string;
  children: ReactNode;
}): ReactNode {
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <span aria-hidden className={`flex size-[26px] shrink-0 items-center justify-center rounded-chip ${tone}`}>
        <Icon className="size-4" strokeWidth={1.8} />
      </span>
      <div className="min-w-0 flex-1">
        <p className="text-node">{title}</p>
        <p className="line-clamp-3 text-help text-text-2 [overflow-wrap:anywhere]">{children}</p>
      </div>
      <Button size="small" asChild>
        <Link href={href}>
          {act}
          <span className="sr-only">: {title}</span>
        </Link>
      </Button>
    </li>
  );
}
