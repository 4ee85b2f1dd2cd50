'use client';
/** A template editor that opens the data panel and shows its resolved value. */
import { useId, useRef } from 'react';
import { ResolvedLine } from '../preview/resolved-line.tsx';
import { useNodeFields } from './field-context.tsx';
import { TemplateEditor } from './template-editor.tsx';
import type { TemplateHandle } from './template-editor.tsx';

interface TemplateFieldProps {
  readonly value: string;
  readonly label: string;
  readonly placeholder?: string | undefined;
  readonly isLong?: boolean | undefined;
  readonly isInvalid?: boolean | undefined;
  /** Shows no resolved value: somebody else does. */
  readonly isQuiet?: boolean | undefined;
  /** Under the field while nothing is mapped. */
  readonly note?: string | undefined;
  onChange(value: string): void;
}

export function TemplateField(props: TemplateFieldProps) {
  const fields = useNodeFields();
  const key = useId();
  const handle = useRef<TemplateHandle>(null);
  return (
    <div className="template-field" data-active={fields.activeKey === key || undefined}>
      <TemplateEditor
        ref={handle}
        value={props.value}
        label={props.label}
        placeholder={props.placeholder}
        isLong={props.isLong === true}
        isInvalid={props.isInvalid === true}
        face={fields.face}
        complete={fields.complete}
        onChange={props.onChange}
        onFocus={(element) => fields.open({ key, label: props.label, element, insert: (expression) => handle.current?.insert(expression) })}
      />
      {props.isQuiet !== true && <ResolvedLine value={props.value} loop={fields.loop} note={props.note} />}
    </div>
  );
}
