'use client';
/** A control with fixed values that can be switched to mapped data and back. */
import { Braces, List } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { JsonValue } from '@weft/workflow';
import { hasExpression } from '../preview/use-resolved.tsx';
import { TemplateField } from './template-field.tsx';

interface MappableProps {
  readonly label: string;
  readonly value: JsonValue | undefined;
  /** What the switch back is called: "Choose from the list". */
  readonly fixedLabel: string;
  /** Whether it opens with a place for data rather than with fixed values. */
  readonly startsMapped?: boolean;
  readonly children: ReactNode;
  onChange(value: JsonValue | undefined): void;
}

export function Mappable({ label, value, fixedLabel, startsMapped = false, children, onChange }: MappableProps) {
  const isMapped = typeof value === 'string' && hasExpression(value);
  const [wantsMapped, setWantsMapped] = useState(isMapped || startsMapped);
  const showsMapped = isMapped || wantsMapped;
  return (
    <div className="mappable">
      <div className="mappable-control">
        {showsMapped ? (
          <TemplateField
            label={label}
            value={typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value)}
            placeholder="Insert data"
            onChange={(text) => onChange(text === '' ? undefined : text)}
          />
        ) : (
          children
        )}
      </div>
      <button
        type="button"
        className="mappable-switch"
        aria-label={showsMapped ? `${fixedLabel}: ${label}` : `Map data into ${label}`}
        title={showsMapped ? fixedLabel : 'Map data'}
        onClick={() => {
          if (showsMapped && isMapped) onChange(undefined);
          setWantsMapped(!showsMapped);
        }}
      >
        {showsMapped ? <List size={14} aria-hidden /> : <Braces size={14} aria-hidden />}
      </button>
    </div>
  );
}
