'use client';
/** What starts the workflow, and how that stands on the server. */
import { CopyButton, RelativeTime } from '@weft/ui';
import { findOperation } from '@weft/workflow';
import type { TriggerNode } from '@weft/workflow';
import { useBuilder } from '../state/builder-context.tsx';
import { OperationSetup } from './operation-setup.tsx';

export function TriggerSetup({ node }: { readonly node: TriggerNode }) {
  return (
    <>
      <TriggerStanding node={node} />
      <OperationSetup node={node} />
    </>
  );
}

function TriggerStanding({ node }: { readonly node: TriggerNode }) {
  const { workflow, catalog } = useBuilder();
  const mode = findOperation(catalog, node.connector, node.operation)?.trigger?.mode;
  const { trigger, enabled } = workflow;
  if (!enabled) {
    const what =
      mode === 'webhook' || mode === 'push'
        ? 'The address to call is shown here once the workflow is enabled.'
        : mode === 'manual'
          ? 'Starts by hand, by Run or by the API.'
          : 'Asks for new records only while the workflow is enabled.';
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
      {trigger?.lastPolledAt !== undefined && trigger.lastPolledAt !== null && (
        <p className="field-help">
          Asked <RelativeTime at={trigger.lastPolledAt} />
          {trigger.nextDueAt !== undefined && trigger.nextDueAt !== null && (
            <>
              , next <RelativeTime at={trigger.nextDueAt} />
            </>
          )}
        </p>
      )}
      {trigger?.lastError !== undefined && trigger.lastError !== null && (
        <p className="field-problem" data-level="error">
          {errorText(trigger.lastError)}
        </p>
      )}
    </div>
  );
}

function errorText(error: unknown): string {
  if (typeof error === 'string') return error;
  const message = (error as { message?: unknown }).message;
  return typeof message === 'string' ? message : JSON.stringify(error);
}
