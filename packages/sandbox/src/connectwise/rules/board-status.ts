import type { Write } from '../assign.ts';
import { refId, type Row } from '../store.ts';

/** Checks a ticket's status against its board; without one, or when the board moved, the board's default is taken. */
export function settleStatus(write: Write, before: Row | undefined): void {
  const { store, row, errors, entity } = write;
  const boardId = refId(row.values['board']);
  const statusId = refId(row.values['status']);
  const isOnBoard = store.find('boardStatus', (status) => status.id === statusId && refId(status.values['board']) === boardId);
  if (isOnBoard) return;
  const isSame = before !== undefined && refId(before.values['status']) === statusId;
  if (statusId === undefined || isSame) {
    if (errors.some((error) => error.field?.startsWith('status/'))) return;
    const first = store.find('boardStatus', (status) => refId(status.values['board']) === boardId && status.values['defaultFlag'] === true);
    if (first) row.values['status'] = { id: first.id };
    return;
  }
  errors.push({
    code: 'NotFound',
    message: `Service Status ${statusId} not found for Service Board ${boardId}`,
    resource: entity.resource,
    field: 'status/id',
  });
}
