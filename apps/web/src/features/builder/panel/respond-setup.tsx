'use client';
/** What the request that started the run is answered with. */
import type { JsonValue, RespondNode } from '@weft/workflow';
import { updateNode, withOptional } from '../../canvas/document/edit-node.ts';
import { FieldRow } from '../fields/field-row.tsx';
import { KeyValueField } from '../fields/list-field.tsx';
import { TemplateField } from '../fields/template-field.tsx';
import { hasExpression } from '../preview/use-resolved.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { fieldProblems } from '../state/findings.ts';
import { useDraftStore } from '../state/use-draft.tsx';

const HEADERS = { name: 'headers', label: 'Headers', required: false, kind: 'keyValue' } as const;
const NOBODY = { connector: '', operation: '', connectionId: undefined };

export function RespondSetup({ node }: { readonly node: RespondNode }) {
  const store = useDraftStore();
  const { findings } = useBuilder();
  const problems = fieldProblems(findings, node.id);
  const problemOf = (field: string) => problems.find((problem) => problem.field === field || problem.field.startsWith(`${field}.`));
  const change = (field: string, part: (one: RespondNode) => RespondNode) =>
    store.apply({
      name: 'Changed the response',
      mergeKey: `respond:${node.id}:${field}`,
      change: (current) => updateNode(current, node.id, (one) => (one.kind === 'respond' ? part(one) : one)),
    });
  const body = textOf(node.body);
  return (
    <div className="panel-body" onBlur={() => store.seal()}>
      <FieldRow label="Status" hint="number" isMapped={hasExpression(node.status)} problem={problemOf('status')}>
        <TemplateField
          label="Status"
          value={String(node.status)}
          placeholder="200"
          onChange={(text) => change('status', (one) => ({ ...one, status: statusOf(text) }))}
        />
      </FieldRow>
      <FieldRow label="Headers" hint="keys and values" isMapped={hasExpression(node.headers)} problem={problemOf('headers')}>
        <KeyValueField
          property={HEADERS}
          value={node.headers}
          input={{}}
          source={NOBODY}
          problems={problems}
          onChange={(headers) => change('headers', (one) => ({ ...one, headers: headersOf(headers) }))}
        />
      </FieldRow>
      <FieldRow
        label="Body"
        isMapped={hasExpression(body)}
        help="A value from the data is sent as JSON, text as it is. Empty: no body."
        problem={problemOf('body')}
      >
        <TemplateField
          isLong
          label="Body"
          value={body}
          placeholder="Insert a value, or write text"
          onChange={(text) => change('body', (one) => withOptional(one, 'body', text === '' ? undefined : text))}
        />
      </FieldRow>
      <p className="panel-note">
        The response is sent as soon as this step is stored for good; the run goes on behind it. Only the first response counts.
      </p>
    </div>
  );
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Digits are a number; anything else is kept as it is typed, until it is one or an expression. */
function statusOf(text: string): number | string {
  const status = Number(text);
  return /^\d{3}$/.test(text.trim()) && status >= 200 && status <= 599 ? status : text;
}

function headersOf(value: JsonValue | undefined): RespondNode['headers'] {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, textOf(member)]));
}
