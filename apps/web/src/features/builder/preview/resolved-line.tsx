'use client';
/** The line under a field: what it gives for the sample, or what is wrong with it. */
import type { JsonValue } from '@weft/workflow';
import { CornerDownRight, TriangleAlert } from 'lucide-react';
import type { PreviewResult } from './protocol.ts';
import { useResolved } from './use-resolved.tsx';

export function ResolvedLine({
  value,
  loop,
  note,
}: {
  readonly value: JsonValue | undefined;
  readonly loop: string | undefined;
  readonly note?: string | undefined;
}) {
  const result = useResolved(value, loop);
  if (result === undefined) return note === undefined ? null : <Line>{note}</Line>;
  return <ResultLine result={result} />;
}

export function ResultLine({ result }: { readonly result: PreviewResult }) {
  if (!result.ok) {
    return (
      <p className="resolved resolved-bad" role="status">
        <TriangleAlert size={13} aria-hidden />
        <span>
          {result.message}
          {result.position === undefined ? '' : ` (at character ${result.position + 1})`}
        </span>
      </p>
    );
  }
  if (result.value === undefined || result.value === null || result.value === '') {
    return (
      <p className="resolved resolved-empty">
        <CornerDownRight size={13} aria-hidden />
        <span>empty for this sample</span>
      </p>
    );
  }
  return <Line>{resolvedText(result.value)}</Line>;
}

function Line({ children }: { readonly children: string }) {
  return (
    <p className="resolved">
      <CornerDownRight size={13} aria-hidden />
      <span title={children}>{children}</span>
    </p>
  );
}

/** A value in a few lines at most. */
export function resolvedText(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
