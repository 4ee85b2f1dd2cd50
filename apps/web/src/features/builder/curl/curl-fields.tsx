'use client';
/** What a cURL command fills in, and what of it is left out. */
import type { JsonValue, OperationInfo } from '@weft/workflow';
import { TriangleAlert } from 'lucide-react';
import { Fragment } from 'react';
import type { CurlImport } from './curl-input.ts';

const MAX_CHARS = 600;

export function CurlFields({ made, operation }: { readonly made: CurlImport; readonly operation: OperationInfo | undefined }) {
  const labelled = Object.entries(made.input).map(([name, value]) => {
    const property = operation?.properties.find((one) => one.name === name);
    return { name, label: property?.label ?? name, value: property?.choices?.find((choice) => choice.value === value)?.label ?? value };
  });
  return (
    <section aria-label="What is filled in" data-testid="curl-fields" className="overflow-hidden rounded-small border border-border">
      <h3 className="border-b border-border bg-surface-2 px-3 py-1.5 text-help font-medium text-text-2">
        {operation?.title ?? made.operation}
      </h3>
      <dl className="grid grid-cols-[132px_minmax(0,1fr)] gap-x-3 gap-y-1.5 px-3 py-2.5">
        {labelled.map(({ name, label, value }) => (
          <Fragment key={name}>
            <dt className="text-text-2">{label}</dt>
            <dd className="max-h-40 overflow-y-auto whitespace-pre-wrap font-mono text-code [overflow-wrap:anywhere]">
              {shown(name, value)}
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

/** Properties drawn as rows of a name and a value. */
const ROWS = new Set(['query', 'headers', 'form', 'parts']);

function shown(name: string, value: JsonValue): string {
  const text =
    ROWS.has(name) && typeof value === 'object' && value !== null
      ? Object.entries(value)
          .map(([key, member]) => `${key}: ${plain(member)}`)
          .join('\n')
      : plain(value);
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)} …` : text;
}

/** As it stood in the command: the backslash that keeps `{{` from being an expression is the document's affair. */
function plain(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2).replaceAll('\\\\{{', '\\{{');
  return text.replaceAll('\\{{', '{{');
}

export function CurlNotes({ notes }: { readonly notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return (
    <section className="rounded-small border border-warn-line bg-warn-tint px-3 py-2.5 text-warn" data-testid="curl-notes">
      <h3 className="flex items-center gap-2 font-medium">
        <TriangleAlert aria-hidden className="size-4" />
        {notes.length === 1 ? 'One thing to know' : `${notes.length} things to know`}
      </h3>
      <ul className="mt-1.5 flex flex-col gap-1 pl-6 text-help">
        {notes.map((note) => (
          <li key={note} className="[overflow-wrap:anywhere]">
            {note}
          </li>
        ))}
      </ul>
    </section>
  );
}
