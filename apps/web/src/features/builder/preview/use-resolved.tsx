'use client';
/** A value as it comes out for the chosen sample. */
import type { JsonValue } from '@weft/workflow';
import { createContext, use, useEffect, useState } from 'react';
import type { PreviewClient, Question } from './preview-client.ts';
import type { PreviewResult, SampleScope } from './protocol.ts';

export interface Preview {
  readonly client: PreviewClient;
  /** The sample; with every change of it what was shown is evaluated again. */
  readonly scope: SampleScope;
}

export const PreviewContext = createContext<Preview | undefined>(undefined);

/** Milliseconds without typing before a field is evaluated. */
const PAUSE_MS = 120;

/** Evaluates a question again and again as it changes; undefined until the first answer, or without a question. */
export function useAnswer(question: Question | undefined): PreviewResult | undefined {
  const preview = use(PreviewContext);
  const [answer, setAnswer] = useState<{ key: string; result: PreviewResult }>();
  const key = question === undefined ? undefined : JSON.stringify(question);
  useEffect(() => {
    if (key === undefined || preview === undefined) return undefined;
    let isCurrent = true;
    const timer = setTimeout(() => {
      // The key is the question as text, made above.
      void preview.client.ask(JSON.parse(key) as Question).then((result) => {
        if (isCurrent) setAnswer({ key, result });
      });
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [key, preview]);
  return key === undefined ? undefined : answer?.result;
}

/** Whether any string in a value holds an expression. */
export function hasExpression(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return value.includes('{{');
  if (Array.isArray(value)) return value.some(hasExpression);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasExpression);
}

/** A field's value, resolved; undefined when there is nothing to resolve. */
export function useResolved(value: JsonValue | undefined, loop: string | undefined): PreviewResult | undefined {
  return useAnswer(value === undefined || !hasExpression(value) ? undefined : { kind: 'value', value, loop });
}
