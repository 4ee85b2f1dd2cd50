import { defineConnector } from '@weft/connector-kit';
import { salesforceAuth, salesforceOrigins } from './auth.ts';
import { checkSalesforce } from './check.ts';
import { salesforceChoicePage, salesforceChoices } from './choices.ts';
import { describeObjects, recordFields } from './describe.ts';
import { queryInBulk } from './operations/query-in-bulk.ts';
import { bulkWrite } from './operations/bulk-write.ts';
import { convertLead } from './operations/convert-lead.ts';
import { createRecord } from './operations/create-record.ts';
import { createRecordOnce } from './operations/create-record-once.ts';
import { deleteRecord } from './operations/delete-record.ts';
import { describeObject } from './operations/describe-object.ts';
import { findRecords } from './operations/find-records.ts';
import { getBulkJob } from './operations/get-bulk-job.ts';
import { getRecord } from './operations/get-record.ts';
import { matchRecord } from './operations/match-record.ts';
import { query } from './operations/query.ts';
import { request } from './operations/request.ts';
import { updateRecord } from './operations/update-record.ts';
import { upsertRecord } from './operations/upsert-record.ts';
import { writeMany } from './operations/write-many.ts';
import { changeEvent } from './triggers/change-event.ts';
import { recordChanged } from './triggers/record-changed.ts';
import { recordsChanged } from './triggers/records-changed.ts';
import { salesforceFieldValues } from './field-values.ts';
import { findOrCreateRecord } from './operations/find-or-create-record.ts';
import { webLogin } from './web-login.ts';

export const salesforce = defineConnector({
  id: 'salesforce',
  version: '1.0.0',
  title: 'Salesforce',
  summary: 'Accounts, contacts, opportunities, cases and every other object of a Salesforce org.',
  icon: { glyph: 'SF', color: '#0b6bcb' },
  category: 'crm',
  auth: salesforceAuth,
  oauth: webLogin,
  operations: [
    recordChanged,
    changeEvent,
    recordsChanged,
    findOrCreateRecord,
    findRecords,
    query,
    getRecord,
    matchRecord,
    createRecord,
    createRecordOnce,
    updateRecord,
    upsertRecord,
    deleteRecord,
    writeMany,
    queryInBulk,
    bulkWrite,
    getBulkJob,
    convertLead,
    describeObject,
    request,
  ],
  check: checkSalesforce,
  choices: salesforceChoices,
  choicePage: salesforceChoicePage,
  fields: recordFields,
  fieldValues: salesforceFieldValues,
  objects: describeObjects,
  // Salesforce lets 25 long requests run at once per org; the daily allowance is watched by its answers.
  rateLimit: { perMinute: 1200, concurrent: 8 },
  origins: salesforceOrigins,
});
