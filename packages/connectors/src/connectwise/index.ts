import { defineConnector } from '@weft/connector-kit';
import { connectwiseAuth, connectwiseOrigins } from './auth.ts';
import { checkConnectWise } from './check.ts';
import { connectwiseChoicePage, connectwiseChoices } from './choices.ts';
import { connectwiseFieldValues } from './field-values.ts';
import { connectwiseFields } from './fields.ts';
import { objectChoices } from './objects.ts';
import { addNote } from './operations/add-note.ts';
import { countRecords } from './operations/count-records.ts';
import { createRecord } from './operations/create-record.ts';
import { createProjectOnce } from './operations/create-project-once.ts';
import { createTicketOnce } from './operations/create-ticket-once.ts';
import { deleteRecord } from './operations/delete-record.ts';
import { findOrCreateCompany } from './operations/find-or-create-company.ts';
import { findOrCreateContact } from './operations/find-or-create-contact.ts';
import { findRecords } from './operations/find-records.ts';
import { getRecord } from './operations/get-record.ts';
import { listNotes } from './operations/list-notes.ts';
import { matchCompany } from './operations/match-company.ts';
import { matchContact } from './operations/match-contact.ts';
import { request } from './operations/request.ts';
import { updateRecord } from './operations/update-record.ts';
import { callback } from './triggers/callback.ts';
import { dateReached } from './triggers/date-reached.ts';
import { recordChanged } from './triggers/record-changed.ts';
import { recordsChanged } from './triggers/records-changed.ts';

export const connectwise = defineConnector({
  id: 'connectwise',
  version: '1.0.0',
  title: 'ConnectWise PSA',
  summary: 'Companies, contacts, tickets, projects, agreements and invoices of ConnectWise PSA (Manage).',
  icon: { glyph: 'CW', color: '#1d4ed8' },
  category: 'psa',
  auth: connectwiseAuth,
  operations: [
    recordChanged,
    recordsChanged,
    dateReached,
    callback,
    findOrCreateCompany,
    findOrCreateContact,
    createTicketOnce,
    createProjectOnce,
    matchCompany,
    matchContact,
    findRecords,
    countRecords,
    getRecord,
    createRecord,
    updateRecord,
    deleteRecord,
    addNote,
    listNotes,
    request,
  ],
  check: checkConnectWise,
  choices: connectwiseChoices,
  choicePage: connectwiseChoicePage,
  fields: connectwiseFields,
  fieldValues: connectwiseFieldValues,
  objects: async () => objectChoices,
  // More than 1000 requests a minute are throttled (Developer Guide); others use the same tenant.
  rateLimit: { perMinute: 600, concurrent: 4 },
  origins: connectwiseOrigins,
});
