'use client';
/** Which panel is open, in the address: `?node=&tab=&run=`. */
import { usePathname, useSearchParams } from 'next/navigation';
import { useCallback, useMemo } from 'react';

export interface UrlState {
  readonly node: string | undefined;
  readonly tab: string | undefined;
  readonly run: string | undefined;
  /** Changes some of them; undefined takes one out of the address. */
  set(part: Partial<Record<'node' | 'tab' | 'run' | 'view', string | undefined>>): void;
  readonly view: string | undefined;
}

/** Reads and writes the address without asking the server for the page again. */
export function useUrlState(): UrlState {
  const params = useSearchParams();
  const path = usePathname();
  const set = useCallback(
    (part: Partial<Record<'node' | 'tab' | 'run' | 'view', string | undefined>>) => {
      const next = new URLSearchParams(window.location.search);
      for (const [key, value] of Object.entries(part)) {
        if (value === undefined) next.delete(key);
        else next.set(key, value);
      }
      const text = next.toString();
      if (text !== window.location.search.slice(1)) window.history.replaceState(null, '', text === '' ? path : `${path}?${text}`);
    },
    [path],
  );
  return useMemo(
    () => ({
      node: params.get('node') ?? undefined,
      tab: params.get('tab') ?? undefined,
      run: params.get('run') ?? undefined,
      view: params.get('view') ?? undefined,
      set,
    }),
    [params, set],
  );
}
