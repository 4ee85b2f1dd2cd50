import type { ActionContext } from '@weft/connector-kit';
import { openConnectWise, type CwRecord } from './client.ts';

/** Which part of a ticket a note belongs to; a company's notes have no parts. */
export const NOTE_KINDS = {
  discussion: { detailDescriptionFlag: true },
  internal: { internalAnalysisFlag: true },
  resolution: { resolutionFlag: true },
} as const;

/** The server keeps line ends as spaces in some fields: notes are compared without regard to space. */
const plain = (text: unknown): string =>
  String(text ?? '')
    .replace(/\s+/g, ' ')
    .trim();

/** Adds a note under `path` unless an earlier attempt has. */
export async function addNoteTo(
  context: ActionContext,
  path: string,
  text: string,
  flags: Readonly<Record<string, boolean>>,
): Promise<CwRecord> {
  const cw = openConnectWise(context);
  if (context.mayHaveHappened) {
    const notes = await cw.page(`${path}/notes`, { orderBy: 'id desc' }, { pageSize: 100 });
    const found = notes.find((note) => plain(note['text']) === plain(text));
    if (found !== undefined) return found;
  }
  return cw.post(`${path}/notes`, { text, ...flags });
}
