'use client';
/** Title and second line; the title becomes a field while it is renamed (F2 or double click). */
import { createContext, use, useState } from 'react';
import { useCanvasActions } from '../canvas-context.tsx';
import type { NodeData } from '../flow-model.ts';

/** Id of the node whose title is being edited, and how to end it. */
export const RenamingContext = createContext<{ readonly id: string | undefined; begin(id: string | undefined): void }>({
  id: undefined,
  begin: () => undefined,
});

export function NodeTitle({ data }: { readonly data: NodeData }) {
  const renaming = use(RenamingContext);
  const { isReadOnly } = useCanvasActions();
  const second = data.run === undefined && data.mark?.level === 'error' ? data.mark.message : data.line;
  return (
    <span className="node-words">
      {renaming.id === data.node.id ? (
        <TitleField data={data} onEnd={() => renaming.begin(undefined)} />
      ) : (
        <span className="node-title" title={data.title} onDoubleClick={isReadOnly ? undefined : () => renaming.begin(data.node.id)}>
          {data.title}
        </span>
      )}
      <span className="node-line" title={second}>
        {second}
      </span>
    </span>
  );
}

function TitleField({ data, onEnd }: { readonly data: NodeData; onEnd(): void }) {
  const { rename } = useCanvasActions();
  const [text, setText] = useState(data.title);
  const commit = () => {
    if (text.trim() !== data.title) rename(data.node.id, text.trim());
    onEnd();
  };
  return (
    <input
      className="node-title-field nodrag nopan"
      aria-label="Title"
      // The field appears because somebody asked to type into it.
      autoFocus
      value={text}
      maxLength={120}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') onEnd();
      }}
    />
  );
}
