import type { SalesforceStore } from '../salesforce/store.ts';
import { Random } from './random.ts';
import { put } from './salesforce-base.ts';

const DAY_MS = 86_400_000;

const COMMENTS = [
  'Spoke to the caller; it happens every morning after log-on.',
  'Remote session done, waiting for a restart tonight.',
  'Vendor informed, reference noted in the ticket.',
  'Caller confirms it works again.',
] as const;

/** Comments on cases, leads worth calling with and without an e-mail address, one that is already a customer, and one note. */
export function seedServiceNotes(store: SalesforceStore, now: number): void {
  const random = new Random(13);
  const by = store.all('User')[2]?.Id ?? '';
  for (const row of store.all('Case')) {
    if (!random.chance(0.4)) continue;
    const at = Date.parse(String(row['CreatedDate'])) + random.int(1, 20) * 3_600_000;
    put(store, 'CaseComment', {
      at,
      by,
      values: { ParentId: row.Id, CommentBody: random.pick(COMMENTS), IsPublished: random.chance(0.5) },
    });
  }
  const contact = store.all('Contact').find((row) => row['Email'] !== null && row['AccountId'] !== null);
  const account = contact && store.get('Account', String(contact['AccountId']));
  const lead = (values: Record<string, unknown>, daysAgo: number) =>
    put(store, 'Lead', { at: now - daysAgo * DAY_MS, by, values: { LeadSource: 'Phone Inquiry', Rating: 'Hot', ...values } });
  lead(
    {
      FirstName: 'Priya',
      LastName: 'Raman',
      Company: 'Lakeshore Dental Group',
      Title: 'Practice manager',
      Email: 'priya.raman@lakeshoredental.example',
      Phone: '(312) 555-0119',
      Status: 'Qualified',
    },
    2,
  );
  lead(
    { FirstName: 'Tomas', LastName: 'Eklund', Company: 'Eklund Timber', Title: 'Owner', Phone: '(206) 555-0163', Status: 'Qualified' },
    3,
  );
  if (contact && account) {
    // The same person as a contact we have: conversion should find, not double.
    lead(
      {
        FirstName: contact['FirstName'],
        LastName: contact['LastName'],
        Company: account['Name'],
        Email: contact['Email'],
        Status: 'Qualified',
      },
      4,
    );
    lead(
      {
        FirstName: contact['FirstName'],
        LastName: contact['LastName'],
        Company: account['Name'],
        Email: contact['Email'],
        Status: 'Closed - Converted',
        IsConverted: true,
        ConvertedDate: new Date(now - 30 * DAY_MS).toISOString().slice(0, 10),
        ConvertedAccountId: account.Id,
        ConvertedContactId: contact.Id,
      },
      40,
    );
    put(store, 'Note', {
      at: now - 6 * DAY_MS,
      by,
      values: { ParentId: account.Id, Title: 'Site visit', Body: 'Two comms rooms, one without cooling.', OwnerId: by },
    });
  }
  lead({ LastName: 'Unknown', Company: 'Cold call list', Status: 'Unqualified', Rating: 'Cold' }, 5);
}
