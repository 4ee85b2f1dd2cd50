import type { Json } from '../../http.ts';
import { dmlError, SalesforceError } from '../errors.ts';
import type { SalesforceField } from '../schema/fields.ts';
import type { SalesforceObject } from '../schema/object.ts';
import type { SalesforceStore } from '../store.ts';
import { upsertRecord } from '../upsert.ts';
import { createRecord, deleteRecord, updateRecord, type WriteOptions } from '../write.ts';
import { DELIMITERS, parseCsv } from './csv.ts';
import type { BulkJob } from './jobs.ts';

/** Runs an uploaded job: every row by itself; a header that cannot be read fails the whole. */
export function runIngest(store: SalesforceStore, job: BulkJob, options: WriteOptions): void {
  const object = store.schema.find(job.object);
  const [header = [], ...rows] = parseCsv(job.upload, DELIMITERS[job.columnDelimiter] ?? ',');
  job.header = header;
  const fault = object && faultOf(object, job, header);
  if (!object || fault !== undefined) {
    job.state = 'Failed';
    if (fault !== undefined) job.errorMessage = fault;
    job.unprocessed = rows;
    return;
  }
  for (const row of rows) {
    try {
      const done = writeRow(store, object, { job, body: bodyOf(object, header, row), options });
      job.successful.push([done.id, String(done.isCreated), ...row]);
    } catch (error) {
      if (!(error instanceof SalesforceError)) throw error;
      job.failed.push(['', error.problems.map(errorText).join(';'), ...row]);
    }
  }
  job.state = 'JobComplete';
}

/** Why the whole job cannot run; undefined when it can. */
function faultOf(object: SalesforceObject, job: BulkJob, header: string[]): string | undefined {
  if (job.lineEnding === 'LF' && /\r\n/.test(job.upload))
    return 'ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is LF';
  const unknown = header.find((name) => !columnOf(object, name));
  if (unknown !== undefined) return `InvalidBatch : Field name not found : ${unknown}`;
  return undefined;
}

/** A column is a field, or `Account.CW_Company_Id__c`: a lookup by the parent's external id. */
function columnOf(object: SalesforceObject, name: string): { field: SalesforceField; parentField?: string } | undefined {
  const [first = '', parentField] = name.split('.');
  if (parentField === undefined) {
    const field = object.byName.get(first.toLowerCase());
    return field && { field };
  }
  const field = object.fields.find((candidate) => candidate.relationshipName?.toLowerCase() === first.toLowerCase());
  const isKnown = field?.referenceTo.some((target) => object.schema.find(target)?.byName.has(parentField.toLowerCase()));
  return field && isKnown ? { field, parentField } : undefined;
}

/** Cells as a record body: `#N/A` empties a field, an empty cell says nothing about it. */
function bodyOf(object: SalesforceObject, header: string[], row: string[]): Json {
  const body: Json = {};
  for (const [index, name] of header.entries()) {
    const cell = row[index] ?? '';
    const column = columnOf(object, name);
    if (cell === '' || !column) continue;
    const value = cell === '#N/A' ? null : cell;
    if (column.parentField === undefined) body[column.field.name] = value;
    else if (value === null) body[column.field.name] = null;
    else body[column.field.relationshipName ?? ''] = { [column.parentField]: value };
  }
  return body;
}

function writeRow(
  store: SalesforceStore,
  object: SalesforceObject,
  given: { job: BulkJob; body: Json; options: WriteOptions },
): { id: string; isCreated: boolean } {
  const { job, options } = given;
  if (job.operation === 'insert') return { id: createRecord(store, object, { body: given.body, options }).Id, isCreated: true };
  if (job.operation === 'upsert') {
    const field = object.byName.get(String(job.externalIdFieldName).toLowerCase());
    const { [field?.name ?? '']: value, ...body } = given.body;
    if (value === undefined || value === null) throw dmlError('MISSING_ARGUMENT', `${job.externalIdFieldName} not specified`);
    if (field?.name === 'Id') return { id: updateRecord(store, object, { id: String(value), body, options }).Id, isCreated: false };
    const done = upsertRecord(store, object, { field: field?.name ?? '', value: String(value), body, options });
    if (done.matches)
      throw dmlError(
        'DUPLICATE_EXTERNAL_ID',
        `${field?.name}: more than one record found for external id field: [${done.matches.map((match) => match.Id).join(', ')}]`,
      );
    return { id: done.record?.Id ?? '', isCreated: done.isCreated };
  }
  const { Id, ...body } = given.body;
  if (typeof Id !== 'string') throw dmlError('MISSING_ARGUMENT', `Id not specified in an ${job.operation} call`);
  if (job.operation === 'update') return { id: updateRecord(store, object, { id: Id, body, options }).Id, isCreated: false };
  deleteRecord(store, object, { id: Id, options });
  return { id: Id, isCreated: false };
}

/** `CODE:message:fields --`, the form of the sf__Error column. */
function errorText(problem: { errorCode: string; message: string; fields?: string[] }): string {
  const fields = problem.fields?.length ? `${problem.fields.join(',')} ` : '';
  return `${problem.errorCode}:${problem.message}:${fields}--`;
}
