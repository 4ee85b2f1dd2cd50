'use client';
/** Which operation's pages a loop goes through. */
import { Select } from '@weft/ui';
import { findOperation } from '@weft/workflow';
import type { Catalog, LoopNode, LoopPages, WorkflowDocument } from '@weft/workflow';
import { slotFor, updateNode } from '../../canvas/document/edit-node.ts';
import { withoutUnusedSlots } from '../../canvas/document/remove-nodes.ts';
import { FieldRow } from '../fields/field-row.tsx';
import { initialInput } from '../palette/make-node.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';
import { AccountField } from './account-field.tsx';
import { InputFields } from './input-fields.tsx';

/** An operation whose items can be read by pages, as a choice. */
interface PagedChoice {
  readonly value: string;
  readonly label: string;
  readonly connector: string;
  readonly operation: string;
}

/** All that the installed connectors offer. */
export function pagedChoices(catalog: Catalog): PagedChoice[] {
  return catalog.connectors().flatMap((connector) =>
    connector.operations
      .filter((operation) => operation.paged !== undefined)
      .map((operation) => ({
        value: `${connector.id}.${operation.id}`,
        label: `${connector.title}: ${operation.title}`,
        connector: connector.id,
        operation: operation.id,
      })),
  );
}

/** The document with a loop that goes through the pages of an operation, or through a list when there is none. */
export function withPages(
  document: WorkflowDocument,
  nodeId: string,
  change: { readonly catalog: Catalog; readonly choice: Pick<PagedChoice, 'connector' | 'operation'> | undefined },
): WorkflowDocument {
  const { catalog, choice } = change;
  const connector = choice && catalog.connector(choice.connector);
  const info = choice && findOperation(catalog, choice.connector, choice.operation);
  const slotted = connector !== undefined && info?.needsConnection === true ? slotFor(document, connector) : { document, slot: undefined };
  const without = info?.paged?.without ?? [];
  const input = Object.fromEntries(Object.entries(initialInput(info)).filter(([name]) => !without.includes(name)));
  const pages: LoopPages | undefined = choice && {
    connector: choice.connector,
    operation: choice.operation,
    ...(slotted.slot === undefined ? {} : { slot: slotted.slot }),
    input,
  };
  const changed = updateNode(slotted.document, nodeId, (node) => {
    if (node.kind !== 'loop') return node;
    const { items: _items, pages: _pages, ...rest } = node;
    if (pages !== undefined) return { ...rest, pages };
    // They are about reading pages; a list is not read.
    const { retry: _retry, timeoutMs: _timeoutMs, ...list } = rest;
    return { ...list, items: '' };
  });
  return withoutUnusedSlots(document, changed);
}

export function LoopPagesSetup({ node, pages }: { readonly node: LoopNode; readonly pages: LoopPages }) {
  const { catalog, findings } = useBuilder();
  const store = useDraftStore();
  const choices = pagedChoices(catalog);
  const info = findOperation(catalog, pages.connector, pages.operation);
  const properties = (info?.properties ?? []).filter(({ name }) => info?.paged?.without.includes(name) !== true);
  const problem = fieldProblems(findings, node.id).find(({ field }) => /^pages\.(connector|operation|slot)$/.test(field));
  return (
    <>
      <FieldRow label="Operation" isRequired problem={problem} help="One page is read and gone through at a time, however many there are.">
        <Select
          aria-label="Operation"
          value={`${pages.connector}.${pages.operation}`}
          options={choices.map(({ value, label }) => ({ value, label }))}
          onValueChange={(value) =>
            store.apply({
              name: 'Changed the operation',
              change: (current) => withPages(current, node.id, { catalog, choice: choices.find((one) => one.value === value) }),
            })
          }
        />
      </FieldRow>
      {pages.slot !== undefined && <AccountField slot={pages.slot} />}
      <InputFields
        key={`${pages.connector}.${pages.operation}`}
        nodeId={node.id}
        use={pages}
        properties={properties}
        write={(current, input) =>
          current.kind === 'loop' && current.pages ? { ...current, pages: { ...current.pages, input } } : current
        }
      />
    </>
  );
}
