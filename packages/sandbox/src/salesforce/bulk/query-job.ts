import { isObject, type Json } from '../../http.ts';
import { requestError } from '../errors.ts';
import { isGrouped } from '../soql/grouping.ts';
import { parseSoql } from '../soql/parser.ts';
import { runSoql } from '../soql/run.ts';
import type { SalesforceStore } from '../store.ts';
import type { BulkJob } from './jobs.ts';

/** The object a bulk query reads; refuses what bulk queries cannot do. */
export function objectOfBulkQuery(soql: string): string {
  const query = parseSoql(soql);
  if (query.isCount || isGrouped(query) || query.selections.some((selection) => selection.kind === 'child'))
    throw requestError(400, 'API_ERROR', 'Bulk V2 Query does not support nested or aggregate queries');
  return query.from;
}

/** Runs a query job: a header, then one row of texts per record. */
export function runBulkQuery(store: SalesforceStore, job: BulkJob): void {
  const soql = job.query ?? '';
  const { records } = runSoql(store, soql, { versionPath: '', isWithDeleted: job.operation === 'queryAll' });
  const columns = columnsOf(soql, records);
  job.results = [columns, ...records.map((record) => columns.map((column) => textOf(read(record, column))))];
  job.object = store.schema.find(job.object)?.name ?? job.object;
  job.state = 'JobComplete';
}

function columnsOf(soql: string, records: Json[]): string[] {
  const { selections } = parseSoql(soql);
  const [first] = records;
  return selections.flatMap((selection) => {
    if (selection.kind === 'path') return [selection.path];
    return Object.keys(first ?? {}).filter((name) => name !== 'attributes');
  });
}

function read(record: Json, path: string): unknown {
  let current: unknown = record;
  for (const part of path.split('.')) {
    if (!isObject(current)) return null;
    const name = Object.keys(current).find((key) => key.toLowerCase() === part.toLowerCase());
    current = name === undefined ? null : current[name];
  }
  return current;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
