/** Rows of a write over many records, made ready: those that cannot be sent are refused one by one, the others go on. */
import { isWeftError, WeftError, type CallContext } from '@weft/connector-kit';
import { failedRow, idOf, type ManyAction, type Row, type RowResult } from './many.ts';
import { preparedRecord } from './values.ts';

/** What is to be done with the rows. */
export interface ManyWrite {
  readonly object: string;
  readonly action: ManyAction;
  readonly externalIdField: string | undefined;
}

/** A row as it will be sent: values of the fields' types, and the id where the action needs one. */
export interface PreparedRow extends Row {
  readonly body: Readonly<Record<string, unknown>>;
}

/** Divides rows into those that can be sent and the outcomes of those that cannot. */
export async function prepareRows(
  context: CallContext,
  write: ManyWrite,
  rows: readonly Row[],
): Promise<{ prepared: PreparedRow[]; refused: RowResult[] }> {
  const prepared: PreparedRow[] = [];
  const refused: RowResult[] = [];
  for (const row of rows) {
    const made = await prepareRow(context, write, row);
    if ('ok' in made) refused.push(made);
    else prepared.push(made);
  }
  return { prepared, refused };
}

async function prepareRow(context: CallContext, write: ManyWrite, row: Row): Promise<PreparedRow | RowResult> {
  try {
    const id = write.action === 'update' || write.action === 'delete' ? { Id: idOf(row) } : {};
    const fields = write.action === 'delete' ? {} : await preparedRecord(context, { object: write.object }, row.record);
    const body = { ...id, ...fields };
    if (write.externalIdField !== undefined && keyOf(body, write.externalIdField) === '') throw keyMissing(write.externalIdField);
    return { ...row, body };
  } catch (error) {
    // What is wrong with one row does not concern the others; an org that cannot be asked concerns all.
    if (!isWeftError(error) || !LOCAL_CODES.has(error.code)) throw error;
    const fields = (error.issues ?? []).map((issue) => issue.path.replace(/^record\./, ''));
    return failedRow(row, [{ statusCode: error.code, message: error.message, fields }]);
  }
}

const LOCAL_CODES = new Set(['value_malformed', 'id_missing', 'id_malformed', 'key_missing']);

function keyMissing(field: string): WeftError {
  const issues = [{ path: `record.${field}`, message: 'must be given' }];
  return new WeftError({ class: 'invalid', code: 'key_missing', message: `${field}, the external id, has no value`, issues });
}

/** The external id of a row; empty when it has none. */
export function keyOf(body: Readonly<Record<string, unknown>>, field: string): string {
  const value = Object.entries(body).find(([name]) => name.toLowerCase() === field.toLowerCase())?.[1];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
