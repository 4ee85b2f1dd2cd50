'use client';
/** Any value as a tree that opens, or as JSON text to copy. */
import { Button, CopyButton } from '@weft/ui';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';

/** Members shown before "more". */
const STEP = 100;

export function DataView({ value, label }: { readonly value: unknown; readonly label: string }) {
  const [isText, setText] = useState(false);
  if (value === undefined || value === null) return <p className="field-help">Nothing.</p>;
  const cut = truncated(value);
  const text = cut?.preview ?? JSON.stringify(value, null, 2);
  return (
    <div className="data-view">
      <div className="data-view-head">
        <Button size="small" variant="ghost" onClick={() => setText(!isText)}>
          {isText ? 'Tree' : 'JSON'}
        </Button>
        <CopyButton text={text} />
      </div>
      {cut !== undefined && <p className="field-help">{`${Math.round(cut.size / 1024)} KB in all; the beginning is shown.`}</p>}
      {isText || cut !== undefined || typeof value !== 'object' ? (
        // Long text scrolls by itself, which the keyboard must reach.
        <pre className="data-view-text" tabIndex={0} aria-label={label}>
          {typeof value === 'string' ? value : text}
        </pre>
      ) : (
        <div className="json-tree" aria-label={label} role="group">
          <Members value={value} depth={0} />
        </div>
      )}
    </div>
  );
}

/** A large value is given as its size and its beginning. */
function truncated(value: unknown): { size: number; preview: string } | undefined {
  if (typeof value !== 'object' || value === null || (value as { truncated?: unknown }).truncated !== true) return undefined;
  const { size, preview } = value as { size?: unknown; preview?: unknown };
  return { size: Number(size), preview: typeof preview === 'string' ? preview : JSON.stringify(preview, null, 2) };
}

function Members({ value, depth }: { readonly value: object; readonly depth: number }) {
  const entries = Object.entries(value) as [string, unknown][];
  const [shown, setShown] = useState(STEP);
  if (entries.length === 0) return <span className="json-empty">{Array.isArray(value) ? 'an empty list' : 'no fields'}</span>;
  return (
    <>
      {entries.slice(0, shown).map(([key, member]) => (
        <Member key={key} name={key} value={member} depth={depth} />
      ))}
      {entries.length > shown && (
        <button type="button" className="json-more" onClick={() => setShown(shown + STEP)}>
          {entries.length - shown} more
        </button>
      )}
    </>
  );
}

function Member({ name, value, depth }: { readonly name: string; readonly value: unknown; readonly depth: number }) {
  const [isOpen, setOpen] = useState(depth < 2);
  const style = { paddingLeft: depth * 14 };
  if (typeof value !== 'object' || value === null) {
    return (
      <div className="json-line" style={style}>
        <span className="json-open" aria-hidden />
        <span className="json-key">{name}</span>
        <span className="json-value" data-type={value === null ? 'null' : typeof value}>
          {String(value)}
        </span>
      </div>
    );
  }
  const size = Array.isArray(value) ? counted(value.length, 'item') : counted(Object.keys(value).length, 'field');
  return (
    <>
      <div className="json-line" style={style}>
        <button
          type="button"
          className="json-open"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? 'Close' : 'Open'} ${name}`}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? <ChevronDown size={13} aria-hidden /> : <ChevronRight size={13} aria-hidden />}
        </button>
        <span className="json-key">{name}</span>
        {!isOpen && <span className="json-empty">{size}</span>}
      </div>
      {isOpen && <Members value={value} depth={depth + 1} />}
    </>
  );
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}
