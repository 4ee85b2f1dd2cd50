'use client';
/** A field for expression text without braces: a path, a formula, or a value to compare with. */
import { useId, useRef } from 'react';
import { useNodeFields } from './field-context.tsx';
import { TemplateEditor } from './template-editor.tsx';
import type { TemplateHandle } from './template-editor.tsx';

interface BareFieldProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder?: string;
  /** Picking data replaces what is there. */
  readonly isPath?: boolean;
  readonly isValue?: boolean;
  onChange(value: string): void;
}

export function BareField({ value, label, placeholder, isPath, isValue, onChange }: BareFieldProps) {
  const fields = useNodeFields();
  const key = useId();
  const handle = useRef<TemplateHandle>(null);
  const insert = (expression: string) => {
    if (isPath === true || isValue === true) onChange(expression);
    else handle.current?.insert(expression);
  };
  return (
    <div className="template-field" data-active={fields.activeKey === key || undefined}>
      <TemplateEditor
        ref={handle}
        isBare
        value={value}
        label={label}
        placeholder={placeholder}
        face={fields.face}
        complete={fields.complete}
        onChange={onChange}
        onFocus={(element) => fields.open({ key, label, element, insert })}
      />
    </div>
  );
}
