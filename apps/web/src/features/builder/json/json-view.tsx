'use client';
/** The whole document as JSON, editable; the editor is fetched only when this opens. */
import { Button, ErrorNote, IconButton, Skeleton } from '@weft/ui';
import { workflowSchema } from '@weft/workflow';
import type { WorkflowDocument } from '@weft/workflow';
import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import { useDocument, useDraftStore } from '../state/use-draft.tsx';
import { locate } from './locate.ts';
import type { JsonEditor, JsonMark } from './monaco.ts';

export function JsonView({ onClose }: { onClose(): void }) {
  const store = useDraftStore();
  const document = useDocument();
  const [problems, setProblems] = useState<readonly JsonMark[]>([]);
  const editor = useRef<JsonEditor>(undefined);
  const apply = () => {
    const text = editor.current?.text() ?? '';
    const read = readDocument(text);
    editor.current?.mark(read.problems);
    setProblems(read.problems);
    if (read.document === undefined) return;
    const { document: next } = read;
    store.apply({ name: 'Changed the JSON', change: () => next });
    onClose();
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="mapper-overlay" />
        <Dialog.Content className="mapper json-view" aria-describedby={undefined} onEscapeKeyDown={(event) => event.preventDefault()}>
          <header className="mapper-head">
            <Dialog.Title className="panel-title">JSON of the workflow</Dialog.Title>
            <span className="map-count">
              {problems.length === 0 ? '' : problems.length === 1 ? '1 place is wrong' : `${problems.length} places are wrong`}
            </span>
            <Button variant="ghost" onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" onClick={apply} data-testid="json-apply">
              Apply
            </Button>
            <IconButton label="Close" onClick={onClose}>
              <X aria-hidden />
            </IconButton>
          </header>
          <Editor text={JSON.stringify(document, null, 2)} onReady={(ready) => (editor.current = ready)} />
          {problems.length > 0 && (
            <div className="json-problems">
              <ErrorNote
                message="The JSON was not applied."
                issues={problems.map((problem) => ({
                  path: problem.path === '' ? `line ${problem.line}` : `${problem.path} (line ${problem.line})`,
                  message: problem.message,
                }))}
              />
            </div>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Editor({ text, onReady }: { readonly text: string; onReady(editor: JsonEditor): void }) {
  const host = useRef<HTMLDivElement>(null);
  const first = useRef({ text, onReady });
  const [state, setState] = useState<'loading' | 'ready' | 'failed'>('loading');
  useEffect(() => {
    let editor: JsonEditor | undefined;
    let isGone = false;
    import('./monaco.ts')
      .then(({ openJsonEditor }) => {
        if (isGone || host.current === null) return;
        editor = openJsonEditor(host.current, first.current.text);
        first.current.onReady(editor);
        setState('ready');
      })
      .catch(() => setState('failed'));
    return () => {
      isGone = true;
      editor?.close();
    };
  }, []);
  return (
    <div className="json-host">
      {state === 'loading' && <Skeleton className="m-4 h-40" />}
      {state === 'failed' && <ErrorNote className="m-4" message="The editor could not be fetched. Close this and open it again." />}
      <div ref={host} className="json-monaco" data-testid="json-editor" />
    </div>
  );
}

/** Reads and checks text; problems carry the line they are on. */
export function readDocument(text: string): { readonly document?: WorkflowDocument; readonly problems: readonly JsonMark[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = /position (\d+)/.exec(message)?.[1];
    const line = position === undefined ? 1 : text.slice(0, Number(position)).split('\n').length;
    return { problems: [{ path: '', line, message: `This is not JSON: ${message}` }] };
  }
  const parsed = workflowSchema.safeParse(value);
  if (parsed.success) return { document: parsed.data, problems: [] };
  return {
    problems: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), line: locate(text, issue.path), message: issue.message })),
  };
}
