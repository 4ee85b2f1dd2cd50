'use client';
/** A run's status as icon and word, also those that only the server knows as further kinds of failed. */
import { STATUS, StatusPill } from '@weft/ui';
import type { StatusState } from '@weft/ui';

const KIN: Readonly<Record<string, string>> = { uncertain: 'Uncertain', quarantined: 'Held back' };

export function RunStatus({ status, isQuiet = false }: { readonly status: string; readonly isQuiet?: boolean }) {
  if (isKnown(status)) return <StatusPill state={status} isQuiet={isQuiet} />;
  return <StatusPill state="failed" word={KIN[status] ?? status} isQuiet={isQuiet} />;
}

function isKnown(status: string): status is StatusState {
  return Object.hasOwn(STATUS, status);
}
