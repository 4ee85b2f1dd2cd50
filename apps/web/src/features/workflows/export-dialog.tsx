'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, Checkbox, Dialog, ErrorNote, Field, Input } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import type { RouterOutputs } from '../../trpc/client.tsx';
import { errorIssues, errorMessage } from '../../trpc/errors.ts';
import { ConnectorTiles } from '../templates/connector-tiles.tsx';
import { downloadJson, fileNameFor } from './download.ts';
import type { WorkflowRowData } from './workflow-types.ts';

/** A template file holds no more. */
const MOST_WORKFLOWS = 10;

interface ExportProps {
  workflow: WorkflowRowData;
  onClose: () => void;
}

/** Puts the drafts of one or several workflows into one template file. */
export function ExportDialog(props: ExportProps): ReactNode {
  const trpc = useTRPC();
  const list = useQuery(trpc.workflows.list.queryOptions());
  const templates = useQuery({ ...trpc.templates.list.queryOptions(), staleTime: 60_000 });
  if (list.isPending || templates.isPending) return null;
  return <ExportForm {...props} all={list.data ?? [props.workflow]} templates={templates.data ?? []} />;
}

function ExportForm({
  workflow,
  onClose,
  all,
  templates,
}: ExportProps & { all: readonly WorkflowRowData[]; templates: RouterOutputs['templates']['list'] }): ReactNode {
  const trpc = useTRPC();
  const siblings = all.filter(({ id, templateId }) => id === workflow.id || (templateId !== null && templateId === workflow.templateId));
  const origin = templates.find(({ id }) => id === workflow.templateId);
  const [chosen, setChosen] = useState<readonly string[]>(() => siblings.map(({ id }) => id));
  const [name, setName] = useState(() => (siblings.length > 1 ? (origin?.name ?? workflow.name) : workflow.name));
  const [summary, setSummary] = useState(() =>
    (siblings.length > 1 ? (origin?.summary ?? '') : (workflow.description ?? '')).slice(0, 300),
  );
  const make = useMutation(
    trpc.templates.export.mutationOptions({
      onSuccess: (template) => {
        downloadJson(fileNameFor(name), template);
        onClose();
      },
    }),
  );
  // Those that belong together stand first.
  const shown = [...siblings, ...all.filter((other) => !siblings.includes(other))];
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title="Export as a template file"
      description="Their drafts in one file, to be imported elsewhere. No account, no answer and no secret is in it."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            icon={<Download aria-hidden />}
            disabled={name.trim() === '' || chosen.length === 0 || chosen.length > MOST_WORKFLOWS}
            isBusy={make.isPending}
            onClick={() => make.mutate({ workflowIds: [...chosen], name, summary })}
            data-testid="export-template"
          >
            Export {chosen.length === 1 ? '1 workflow' : `${chosen.length} workflows`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pb-2">
        <Field label="Name" isRequired>
          <Input value={name} maxLength={200} onChange={(event) => setName(event.target.value)} data-testid="export-name" />
        </Field>
        <Field label="What it does" hint="One sentence; shown when it is imported.">
          <Input value={summary} maxLength={300} onChange={(event) => setSummary(event.target.value)} />
        </Field>
        <ul className="max-h-64 divide-y divide-border overflow-y-auto rounded-card border border-border">
          {shown.map((row) => (
            <li key={row.id}>
              <label className="flex min-h-9 items-center gap-2.5 px-3 py-1.5 hover:bg-hover">
                <Checkbox
                  label={row.name}
                  isChecked={chosen.includes(row.id)}
                  onCheckedChange={(isChosen) => setChosen(isChosen ? [...chosen, row.id] : chosen.filter((id) => id !== row.id))}
                />
                <ConnectorTiles ids={row.connectors} />
                <span className="min-w-0 truncate">{row.name}</span>
              </label>
            </li>
          ))}
        </ul>
        {chosen.length > MOST_WORKFLOWS ? <ErrorNote message={`A file holds ${MOST_WORKFLOWS} workflows at most.`} /> : null}
        {make.error ? <ErrorNote message={errorMessage(make.error)} issues={errorIssues(make.error)} /> : null}
      </div>
    </Dialog>
  );
}
