'use client';

import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, ConnectorTile, Field, Select } from '@weft/ui';
import { accountState, TONE_TEXT } from '../../connections/account-state.ts';
import { ConnectionDialog } from '../../connections/connection-dialog.tsx';
import { slotsOf } from '../template-facts.ts';
import { useConnectors } from '../use-connectors.ts';
import type { StepProps } from './install-wizard.tsx';
import { NeedsList } from './needs-list.tsx';
import { StepHeading } from './step-heading.tsx';

/** Which account stands for which system. */
export function AccountsStep({ template, connections, answers, onChange, needs }: StepProps): ReactNode {
  const connectors = useConnectors();
  const [adding, setAdding] = useState<{ slot: string; connector: string } | undefined>(undefined);
  const bind = (slot: string, id: string): void => onChange({ bindings: { ...answers.bindings, [slot]: id } });
  return (
    <>
      <StepHeading title="Accounts">The demo systems are chosen where they fit, so that nothing real is touched while you try.</StepHeading>
      <ul className="flex max-w-[640px] flex-col gap-3">
        {[...slotsOf(template.documents)].map(([slot, { connector, title }]) => {
          const manifest = connectors.get(connector);
          const fitting = connections.filter((connection) => connection.connector === connector);
          const bound = fitting.find((connection) => connection.id === answers.bindings[slot]);
          return (
            <li key={slot} className="flex items-start gap-3.5 rounded-card border border-border p-4">
              <ConnectorTile icon={manifest?.icon} size="large" />
              <Field
                label={title ?? manifest?.title ?? connector}
                className="flex-1"
                hint={
                  bound ? (
                    <AccountHealth status={bound.status} message={bound.statusMessage} label={bound.accountLabel} />
                  ) : (
                    `No ${manifest?.title ?? connector} account is chosen`
                  )
                }
              >
                <Select
                  value={bound?.id}
                  onValueChange={(id) => bind(slot, id)}
                  placeholder={fitting.length === 0 ? 'No account yet' : 'Choose an account'}
                  disabled={fitting.length === 0}
                  options={fitting.map((connection) => ({
                    value: connection.id,
                    label: connection.name,
                    ...(connection.isDemo ? { hint: 'demo' } : {}),
                  }))}
                  data-testid={`account-${slot}`}
                />
              </Field>
              <Button className="mt-[22px]" icon={<Plus aria-hidden />} onClick={() => setAdding({ slot, connector })}>
                Connect another
              </Button>
            </li>
          );
        })}
      </ul>
      <NeedsList template={template} needs={needs} />
      {adding ? (
        <ConnectionDialog
          initialConnector={adding.connector}
          onClose={() => setAdding(undefined)}
          onCreated={(id) => bind(adding.slot, id)}
        />
      ) : null}
    </>
  );
}

function AccountHealth({
  status,
  message,
  label,
}: {
  status: string;
  message?: string | null | undefined;
  label?: string | null | undefined;
}): ReactNode {
  const { word, icon: Icon, tone } = accountState(status);
  if (tone === 'idle') return word;
  return (
    <span className={`flex items-start gap-1.5 ${TONE_TEXT[tone]}`}>
      <Icon aria-hidden className="mt-px size-3.5 shrink-0" />
      {tone === 'ok' ? (label ?? word) : `${word}. ${message ?? 'The last test failed.'}`}
    </span>
  );
}
