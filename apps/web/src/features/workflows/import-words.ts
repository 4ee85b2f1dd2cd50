/** What the import says and offers, by what a file holds. */
import type { RouterOutputs } from '../../trpc/client.tsx';

export type ImportData = RouterOutputs['workflows']['previewImport'];

/** The acts that a file allows: the one to take, and another one where names are taken. */
export interface ImportActs {
  readonly main: { readonly label: string; readonly sameName: 'create' | 'update' };
  readonly other?: { readonly label: string; readonly sameName: 'create' };
}

/** What can be done with a file; undefined while there is nothing in it that could be kept. */
export function importActs(preview: ImportData | undefined): ImportActs | undefined {
  const workflows = preview?.workflows ?? [];
  const [first] = workflows;
  if (!first) return undefined;
  const count = (state: ImportData['workflows'][number]['state']): number =>
    workflows.filter((workflow) => workflow.state === state).length;
  const [fresh, changed] = [count('new'), count('changed')];
  if (fresh + changed === 0) return { main: { label: 'Open, nothing to do', sameName: 'update' } };
  if (workflows.length === 1) {
    const name = `“${first.document.name.slice(0, 40)}”`;
    return changed === 1
      ? { main: { label: `Update ${name}`, sameName: 'update' }, other: { label: 'Create a second one', sameName: 'create' } }
      : { main: { label: `Create ${name}`, sameName: 'create' } };
  }
  if (changed === 0) return { main: { label: `Create ${some(fresh)}`, sameName: 'create' } };
  return {
    main: { label: fresh === 0 ? `Update ${some(changed)}` : `Update ${changed}, create ${fresh}`, sameName: 'update' },
    other: { label: `Create ${some(fresh + changed)} beside`, sameName: 'create' },
  };
}

function some(count: number): string {
  return count === 1 ? '1 workflow' : `${count} workflows`;
}

/** What a toast says of what was kept. */
export function importedWords(workflows: readonly { readonly outcome: 'created' | 'updated' | 'unchanged' }[]): string {
  const parts = (['created', 'updated', 'unchanged'] as const).flatMap((outcome) => {
    const count = workflows.filter((workflow) => workflow.outcome === outcome).length;
    return count === 0 ? [] : [`${some(count)} ${outcome}`];
  });
  return parts.length === 1 && workflows.every(({ outcome }) => outcome === 'unchanged')
    ? 'It is here already, word for word; nothing was changed.'
    : `${parts.join(', ')}. Nothing was turned on.`;
}

/** `1.4 MB` */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
