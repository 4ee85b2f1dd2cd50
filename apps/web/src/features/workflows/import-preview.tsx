'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Badge, ConnectorTile } from '@weft/ui';
import { useTRPC } from '../../trpc/client.tsx';
import { ConnectorTiles } from '../templates/connector-tiles.tsx';
import { questionsOf, slotsOf, writesOf } from '../templates/template-facts.ts';
import { useConnectors } from '../templates/use-connectors.ts';
import type { ImportData } from './import-words.ts';

/** More findings than this nobody reads; the first ones often cause the others. */
const MOST_PROBLEMS = 30;

/** What a file holds, what it asks for and what it would write, before anything is made of it. */
export function ImportPreview({ preview }: { preview: ImportData }): ReactNode {
  const { template, workflows, problems } = preview;
  const documents = workflows.map(({ document }) => document);
  return (
    <>
      {template ? (
        <div>
          <p className="text-section [overflow-wrap:anywhere]">{template.name}</p>
          <p className="text-text-2 [overflow-wrap:anywhere]">{template.summary}</p>
        </div>
      ) : null}
      {workflows.length > 0 ? <Contents workflows={workflows} hasNoProblems={problems.length === 0} /> : null}
      {workflows.some(({ state }) => state === 'changed') ? (
        <p className="rounded-small border border-border bg-surface-2 px-3 py-2.5 text-help text-text-2">
          {takenWords(workflows)}
          Updating replaces the draft; what is published of it goes on unchanged until you publish again.
        </p>
      ) : null}
      {documents.length > 0 ? <Demands preview={preview} /> : null}
      {problems.length > 0 ? <Problems problems={problems} isRefused={workflows.length === 0} /> : null}
    </>
  );
}

function takenWords(workflows: ImportData['workflows']): string {
  const taken = workflows.filter(({ state }) => state === 'changed').length;
  if (workflows.length === 1) return 'There is a workflow of this name already. ';
  return taken === 1 ? 'There is a workflow of one of these names already. ' : `There are workflows of ${taken} of these names already. `;
}

const STATES = { new: undefined, changed: 'differs from the one here', same: 'here already' } as const;

function Contents({ workflows, hasNoProblems }: { workflows: ImportData['workflows']; hasNoProblems: boolean }): ReactNode {
  return (
    <ul className="divide-y divide-border overflow-hidden rounded-small border border-border bg-surface-2" data-testid="import-contents">
      {workflows.map(({ document, state }) => (
        <li key={document.name} className="flex items-center gap-3 px-3 py-2.5">
          <ConnectorTiles ids={[...new Set([...slotsOf([document]).values()].map(({ connector }) => connector))]} />
          <span className="min-w-0 truncate font-medium" title={document.name}>
            {document.name}
          </span>
          <span className="shrink-0 text-text-2">
            {document.nodes.length} {document.nodes.length === 1 ? 'node' : 'nodes'}
          </span>
          <span className="ml-auto flex shrink-0 items-center gap-3">
            {STATES[state] ? <Badge tone={state === 'same' ? 'idle' : 'run'}>{STATES[state]}</Badge> : null}
            {hasNoProblems ? (
              <span className="flex items-center gap-1.5 text-ok">
                <CircleCheck aria-hidden className="size-4" />
                No problems
              </span>
            ) : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Accounts, answers, fields and writes, one line each. */
function Demands({ preview }: { preview: ImportData }): ReactNode {
  const trpc = useTRPC();
  const connectors = useConnectors();
  const connections = useQuery(trpc.connections.list.queryOptions());
  const documents = preview.workflows.map(({ document }) => document);
  const slots = [...new Set([...slotsOf(documents).values()].map(({ connector }) => connector))];
  const questions = [...questionsOf(documents).values()].map(({ title }) => title);
  const writes = writesOf(documents, connectors);
  const needs = preview.template?.needs ?? [];
  return (
    <dl className="grid grid-cols-[88px_minmax(0,1fr)] gap-x-3 gap-y-2 px-3 text-help [overflow-wrap:anywhere]" data-testid="import-needs">
      <dt className="text-text-3">Accounts</dt>
      <dd className="flex flex-wrap gap-x-4 gap-y-1">
        {slots.length === 0 ? 'none' : null}
        {slots.map((connector) => {
          const fitting = (connections.data ?? []).filter((connection) => connection.connector === connector);
          return (
            <span key={connector} className="flex items-center gap-1.5">
              <ConnectorTile icon={connectors.get(connector)?.icon} size="small" />
              {connectors.get(connector)?.title ?? connector}
              <span className="text-text-3">
                {fitting.length === 0 ? 'none connected yet' : fitting.length === 1 ? fitting[0]?.name : `${fitting.length} to choose from`}
              </span>
            </span>
          );
        })}
      </dd>
      <dt className="text-text-3">Asks</dt>
      <dd>{questions.length === 0 ? 'nothing' : questions.join(', ')}</dd>
      <dt className="text-text-3">Writes</dt>
      <dd>
        {writes.length === 0
          ? 'nothing: it only reads'
          : writes.map(({ connector, title }) => `${title} (${connectors.get(connector)?.title ?? connector})`).join(', ')}
      </dd>
      {needs.length > 0 ? (
        <>
          <dt className="text-text-3">Needs</dt>
          <dd>{needs.map(({ text }) => text).join(' ')}</dd>
        </>
      ) : null}
    </dl>
  );
}

function Problems({ problems, isRefused }: { problems: ImportData['problems']; isRefused: boolean }): ReactNode {
  const things = problems.length === 1 ? '1 thing is' : `${problems.length} things are`;
  return (
    <div
      role={isRefused ? 'alert' : undefined}
      data-testid="import-problems"
      className={`rounded-small border px-3 py-2.5 ${isRefused ? 'border-fail-line bg-fail-tint text-fail' : 'border-warn-line bg-warn-tint text-warn'}`}
    >
      <p className="flex items-center gap-2 font-medium">
        {isRefused ? <CircleAlert aria-hidden className="size-4" /> : <TriangleAlert aria-hidden className="size-4" />}
        {isRefused ? 'This cannot be imported as it is.' : `${things} not right yet. The draft can be created and mended on the canvas.`}
      </p>
      <ul className="mt-1.5 flex flex-col gap-1 pl-6 text-help [overflow-wrap:anywhere]">
        {problems.slice(0, MOST_PROBLEMS).map((problem) => (
          <li key={`${problem.path}:${problem.message}`}>
            {problem.line === undefined ? null : <span className="mr-1.5 font-medium">line {problem.line}</span>}
            {problem.path ? <code className="mr-1.5 text-code">{problem.path}</code> : null}
            {problem.message}
          </li>
        ))}
        {problems.length > MOST_PROBLEMS ? <li>and {problems.length - MOST_PROBLEMS} more</li> : null}
      </ul>
    </div>
  );
}
