'use client';

import { CircleX, Power } from 'lucide-react';
import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { Button, ConnectorTile, ErrorNote, Field, Input, toast } from '@weft/ui';
import { errorIssues, errorMessage } from '../../../trpc/errors.ts';
import { DemoLink } from '../../workflows/no-workflows.tsx';
import { questionsOf, slotsOf, writesOf } from '../template-facts.ts';
import { useConnectors } from '../use-connectors.ts';
import { WorkflowPicture } from '../workflow-picture.tsx';
import { saveAnswers } from './answers.ts';
import type { StepProps } from './install-wizard.tsx';
import { StepFrame } from './step-frame.tsx';
import { StepHeading } from './step-heading.tsx';
import { useInstall } from './use-install.ts';

/** All answers once more, what may be written, and the button that turns it on. */
export function ReviewStep({ template, connections, answers, onChange, needs }: StepProps): ReactNode {
  const router = useRouter();
  const connectors = useConnectors();
  const install = useInstall(template.id, (installed) => onChange({ installed }));
  const writes = writesOf(template.documents, connectors);
  const go = (enable: boolean): void =>
    install.mutate(
      { answers, enable },
      {
        onSuccess: (ids) => {
          saveAnswers(template.id, undefined);
          const what = ids.length === 1 ? 'Installed' : `Installed ${ids.length} workflows`;
          toast.success(enable ? `${what}: ${ids.length === 1 ? 'it listens' : 'they listen'} from now on` : `${what}, switched off`);
          router.push(ids.length === 1 ? `/workflows/${ids[0]}` : '/workflows');
        },
      },
    );
  const usesDemo = connections.some((connection) => connection.isDemo && Object.values(answers.bindings).includes(connection.id));
  const { lacking } = needs;
  return (
    <StepFrame
      back={{ title: 'Mapping', onBack: () => onChange({ step: 'mapping' }) }}
      actions={
        <>
          <Button disabled={install.isPending} onClick={() => go(false)} data-testid="wizard-install-off">
            Install, leave {template.documents.length === 1 ? 'it' : 'them'} off
          </Button>
          <Button
            variant="primary"
            size="large"
            icon={<Power aria-hidden />}
            isBusy={install.isPending}
            disabled={lacking.length > 0}
            onClick={() => go(true)}
            data-testid="wizard-enable"
          >
            Install and turn on
          </Button>
        </>
      }
    >
      <StepHeading title="Review and turn on">
        Nothing has been created yet. {template.start ?? 'Turned on, it listens from now on; what happened before stays as it is.'}
      </StepHeading>
      {lacking.length > 0 ? (
        <div
          className="mb-5 flex max-w-[1080px] items-start gap-2.5 rounded-card border border-fail-line bg-fail-tint px-4 py-3 text-fail"
          data-testid="needs-lacking"
        >
          <CircleX aria-hidden className="mt-0.5 size-4 shrink-0" />
          <p className="min-w-0 flex-1">
            <span className="font-medium">
              It cannot be turned on yet: {lacking.length} custom {lacking.length === 1 ? 'field is' : 'fields are'} missing (
              {lacking.map(({ object, name, title }) => `${object}.${title ?? name}`).join(', ')}).
            </span>{' '}
            Every run would fail. Create {lacking.length === 1 ? 'it' : 'them'}, or install now and turn it on later.
          </p>
          <Button size="small" onClick={() => onChange({ step: 'accounts' })}>
            Show what to do
          </Button>
        </div>
      ) : null}
      <div className="grid max-w-[1080px] grid-cols-[minmax(0,1fr)_minmax(0,1fr)] items-start gap-6">
        <div className="flex flex-col gap-5">
          {template.documents.length === 1 ? (
            <Field label="Name of the workflow">
              <Input
                value={answers.name}
                maxLength={200}
                onChange={(event) => onChange({ name: event.target.value })}
                data-testid="install-name"
              />
            </Field>
          ) : null}
          <Facts title="It may write">
            {writes.length === 0 ? <li className="px-4 py-2 text-text-2">Nothing: it only reads.</li> : null}
            {writes.map((write) => (
              <li key={`${write.connector}${write.title}`} className="flex items-center gap-2.5 px-4 py-2">
                <ConnectorTile icon={connectors.get(write.connector)?.icon} size="small" />
                <span className="font-medium">{write.title}</span>
                <span className="ml-auto text-help text-text-3">{connectors.get(write.connector)?.title}</span>
              </li>
            ))}
          </Facts>
          <Facts title="With these accounts">
            {[...slotsOf(template.documents)].map(([slot, { connector }]) => {
              const bound = connections.find((connection) => connection.id === answers.bindings[slot]);
              return (
                <li key={slot} className="flex items-center gap-2.5 px-4 py-2">
                  <ConnectorTile icon={connectors.get(connector)?.icon} size="small" />
                  <span className="font-medium">{bound?.name}</span>
                  <span className="ml-auto text-help text-text-3">{bound?.accountLabel}</span>
                </li>
              );
            })}
          </Facts>
          {questionsOf(template.documents).size > 0 ? (
            <Facts title="And these answers">
              {[...questionsOf(template.documents)].map(([key, question]) => (
                <li key={key} className="flex items-baseline justify-between gap-4 px-4 py-2">
                  <span className="text-text-2">{question.title}</span>
                  <span className="text-right font-medium [overflow-wrap:anywhere]">{shown(answers.config[key])}</span>
                </li>
              ))}
            </Facts>
          ) : null}
        </div>
        <div className="flex flex-col gap-4">
          <WorkflowPicture documents={template.documents} className="rounded-card border border-border" />
          {usesDemo ? (
            <div className="flex flex-col items-start gap-2.5 rounded-card border border-border bg-surface-2 px-4 py-3">
              <p className="text-text-2">{template.tryIt ?? 'After turning it on, change a record in the demo and watch the run.'}</p>
              <span className="flex gap-2">
                <DemoLink href="/demo/crm">Demo CRM</DemoLink>
                <DemoLink href="/demo/psa">Demo PSA</DemoLink>
              </span>
            </div>
          ) : null}
        </div>
      </div>
      {install.error ? (
        <ErrorNote className="mt-5 max-w-[1080px]" message={errorMessage(install.error)} issues={errorIssues(install.error)} />
      ) : null}
    </StepFrame>
  );
}

function Facts({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <section>
      <h3 className="mb-1.5 text-help font-medium text-text-2">{title}</h3>
      <ul className="divide-y divide-border overflow-hidden rounded-card border border-border">{children}</ul>
    </section>
  );
}

function shown(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'no answer';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
