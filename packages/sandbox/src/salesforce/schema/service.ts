import { boolean, date, datetime, externalId, longText, owner, picklist, reference, syncStamp, system, text } from './fields.ts';
import { object, type ObjectEntry } from './object.ts';

/** Cases, tasks and notes. */
export const SERVICE: ObjectEntry[] = [
  object('Case', '500', [
    system(text('CaseNumber', 30, { isNillable: false, isDefaultedOnCreate: true })),
    text('Subject', 255),
    picklist('Status', ['New', 'Working', 'Escalated', 'Closed'], { defaultValue: 'New' }),
    picklist('Priority', ['High', 'Medium', 'Low'], { defaultValue: 'Medium' }),
    picklist('Origin', ['Phone', 'Email', 'Web']),
    picklist('Type', ['Mechanical', 'Electrical', 'Electronic', 'Structural', 'Other']),
    picklist('Reason', ['Installation', 'Equipment Complexity', 'Performance', 'Breakdown', 'Equipment Design', 'Feedback', 'Other']),
    longText('Description'),
    reference('AccountId', ['Account'], { child: 'Cases' }),
    reference('ContactId', ['Contact'], { child: 'Cases' }),
    owner(),
    reference('ParentId', ['Case'], { child: 'Cases', relationship: 'Parent' }),
    system(boolean('IsClosed')),
    system(datetime('ClosedDate')),
    system(boolean('IsEscalated')),
    externalId('CW_Ticket_Id__c'),
    ...syncStamp(),
  ]),
  object('Task', '00T', [
    text('Subject', 255),
    picklist('Status', ['Not Started', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred'], {
      isNillable: false,
      defaultValue: 'Not Started',
    }),
    picklist('Priority', ['High', 'Normal', 'Low'], { isNillable: false, defaultValue: 'Normal' }),
    date('ActivityDate'),
    reference('WhatId', ['Account', 'Opportunity', 'Case'], { relationship: 'What', child: 'Tasks' }),
    reference('WhoId', ['Contact', 'Lead'], { relationship: 'Who', child: 'Tasks' }),
    owner(),
    longText('Description'),
    system(boolean('IsClosed')),
    picklist('TaskSubtype', ['Task', 'Email', 'Call', 'Cadence']),
    text('CW_Invoice_Key__c', 64),
    ...syncStamp(),
  ]),
  object(
    'CaseComment',
    '00a',
    [
      reference('ParentId', ['Case'], { child: 'CaseComments', relationship: 'Parent', isNillable: false, isUpdateable: false }),
      longText('CommentBody', 4000),
      boolean('IsPublished'),
    ],
    { label: 'Case Comment' },
  ),
  object('Note', '002', [
    reference('ParentId', ['Account', 'Contact', 'Lead', 'Opportunity', 'Case'], {
      child: 'Notes',
      relationship: 'Parent',
      isNillable: false,
      isUpdateable: false,
    }),
    text('Title', 80, { isRequired: true }),
    longText('Body'),
    boolean('IsPrivate'),
    owner(),
  ]),
];
