/** Nasty values through every operation of ConnectWise: each arrives as it was given, or is refused by its name. */
import { valueCases, type TestBench, type ValuePlace } from '@weft/connector-kit/testing';
import { startSandbox, type Sandbox } from '@weft/sandbox';
import { afterAll, beforeAll, test } from 'vitest';
import { connectwise } from '../src/connectwise/index.ts';
import { cutAtWord } from '../src/connectwise/naming.ts';
import { connectwiseValues } from './accounts.ts';
import { heldClock, sandboxAccount } from './sandbox-account.ts';

const COMPANY = 250;
const clock = heldClock(Date.parse('2026-05-04T03:00:00Z'));
let sandbox: Sandbox;
let serial = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'demo', clock: clock.now, limits: { connectwisePerMinute: 1e9 } });
});
afterAll(() => sandbox.close());

type Fields = Record<string, unknown> & { id: number };
type Write = ValuePlace['write'];

const unique = (word: string): string => `${word}${(serial += 1)}`;
const made = async (bench: TestBench, operation: string, input: Record<string, unknown>): Promise<Fields> =>
  ((await bench.run(operation, input)) as { record: Fields }).record;
const got = (bench: TestBench, object: string, id: number): Promise<Fields> => made(bench, 'getRecord', { object, id });
const company = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: unique('Firm '),
  identifier: unique('N'),
  site: { name: 'Main' },
  ...fields,
});
const contact = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  firstName: 'Ann',
  lastName: unique('Lee '),
  company: COMPANY,
  ...fields,
});
const create = (bench: TestBench, object: string, record: Record<string, unknown>): Promise<Fields> =>
  made(bench, 'createRecord', { object, record });
const notes = async (bench: TestBench, object: string, id: number): Promise<string[]> =>
  ((await bench.run('listNotes', { object, id })) as { notes: { text: string }[] }).notes.map((note) => note.text);
/** What was found stands for the text that found it, when it is the one record and no other. */
const onlyOne = (text: string, found: readonly { id: number }[], id: number): unknown =>
  found.length === 1 && found[0]?.id === id ? text : { found: found.map((one) => one.id), instead: id };
const item = (record: Fields, kind: string): unknown =>
  (record['communicationItems'] as { communicationType: string; value: string }[] | undefined)?.find(
    ({ communicationType }) => communicationType === kind,
  )?.value;
const customValue = (record: Fields, caption: string): unknown =>
  (record['customFields'] as { caption: string; value: unknown }[]).find((field) => field.caption === caption)?.value;

/** Fields of one line keep line ends as spaces. */
const oneLine = (text: string): string => text.replace(/\r\n|\r|\n/g, ' ');
/** Creates a record with the text in a field, and reads the field. */
const created = (object: string, field: string, make: (fields: Record<string, unknown>) => Record<string, unknown>): ValuePlace => ({
  kept: oneLine,
  write: async (text, bench) => (await got(bench, object, (await create(bench, object, make({ [field]: text }))).id))[field],
});
/** The kind of record, which is a choice: any other text is refused. */
const objectOf = (operation: string, input: Record<string, unknown>): ValuePlace => ({
  names: ['object'],
  write: (text, bench) => bench.run(operation, { ...input, object: text }),
});
/** Wants a record that nothing has: only a refusal, or nothing found, is right. */
const idOf =
  (operation: string, more: Record<string, unknown> = {}): Write =>
  async (text, bench) => (await bench.run(operation, { object: 'contact', id: text, ...more }), `found under ${text}`);
const ID: Omit<ValuePlace, 'write'> = { names: ['id', 'Contact 123'], classes: ['notFound'] };
/** A condition in the vendor's own language. */
const WHERE = ['condition', 'where'];

const cases = valueCases({
  connector: connectwise,
  account: () => sandboxAccount(sandbox, 'connectwise', { values: connectwiseValues(sandbox.url), clock }),
  left: { callback: 'takes choices of lists only; a name that is on none is tried with its levels' },
  operations: {
    createRecord: {
      texts: {
        name: created('company', 'name', company),
        identifier: created('company', 'identifier', company),
        addressLine1: created('company', 'addressLine1', company),
        website: created('company', 'website', company),
        firstName: created('contact', 'firstName', contact),
        summary: created('ticket', 'summary', (fields) => ({ summary: 'x', company: COMPANY, ...fields })),
        email: {
          kept: oneLine,
          write: async (text, bench) => item(await create(bench, 'contact', contact({ email: text })), 'Email'),
        },
        'Sync Src': async (text, bench) =>
          customValue(await create(bench, 'company', company({ customFields: { 'Sync Src': text } })), 'Sync Src'),
        status: async (text, bench) => {
          const { status } = await create(bench, 'company', company({ status: text }));
          // Blank means the default.
          return text.trim() === '' ? text : (status as { name: string }).name;
        },
        object: objectOf('createRecord', { record: company() }),
        lookup: {
          names: ['name'],
          async write(text, bench) {
            const { id, name } = await create(
              bench,
              'company',
              company({ name: `${unique('L')} ${text}`.slice(0, 45).toWellFormed() + '.' }),
            );
            const input = { object: 'company', record: company(), lookup: { name }, lookFirst: true };
            return onlyOne(text, [await made(bench, 'createRecord', input)], id);
          },
        },
      },
      names: { record: (name, bench) => create(bench, 'company', company(JSON.parse(`{${JSON.stringify(name)}:"x"}`) as Fields)) },
      moments: { requiredDate: created('ticket', 'requiredDate', (fields) => ({ summary: 'x', company: COMPANY, ...fields })) },
    },
    updateRecord: {
      texts: {
        addressLine1: {
          kept: oneLine,
          write: async (text, bench) => {
            const { id } = await create(bench, 'company', company({ addressLine1: 'before' }));
            await bench.run('updateRecord', { object: 'company', id, changes: { addressLine1: text } });
            return (await got(bench, 'company', id))['addressLine1'];
          },
        },
        object: objectOf('updateRecord', { id: COMPANY, changes: { city: 'x' } }),
        'Sync Src': async (text, bench) => {
          const { id } = await create(bench, 'company', company());
          const record = await made(bench, 'updateRecord', { object: 'company', id, changes: { customFields: { 'Sync Src': text } } });
          return customValue(record, 'Sync Src');
        },
        phone: {
          kept: oneLine,
          async write(text, bench) {
            const { id } = await create(bench, 'contact', contact());
            return item(await made(bench, 'updateRecord', { object: 'contact', id, changes: { phone: text } }), 'Phone');
          },
        },
        id: { ...ID, write: idOf('updateRecord', { changes: { title: 'x' } }) },
      },
      names: {
        changes: (name, bench) =>
          bench.run('updateRecord', { object: 'company', id: COMPANY, changes: JSON.parse(`{${JSON.stringify(name)}:"x"}`) }),
      },
    },
    findOrCreateCompany: {
      texts: {
        name: {
          kept: (text) => cutAtWord(oneLine(text), 40),
          write: async (text, bench) => {
            // Names that only differ in case, punctuation and legal form are the same company's: so each begins with its own word.
            const word = unique('Co');
            const input = { name: `${word} ${cutAtWord(text, 40)}` };
            const record = await made(bench, 'findOrCreateCompany', input);
            const again = await made(bench, 'findOrCreateCompany', input);
            return onlyOne(String(record['name']).slice(word.length), [again], record.id);
          },
        },
        identifier: {
          kept: oneLine,
          write: async (text, bench) => {
            const input = { name: unique('Ident '), identifier: text };
            const record = await made(bench, 'findOrCreateCompany', input);
            // Blank: made from the name.
            return text.trim() === ''
              ? text
              : onlyOne(String(record['identifier']), [await made(bench, 'findOrCreateCompany', input)], record.id);
          },
        },
        website: {
          kept: oneLine,
          write: async (text, bench) => (await made(bench, 'findOrCreateCompany', { name: unique('Site '), website: text }))['website'],
        },
        'Salesforce account id': async (text, bench) =>
          customValue(await made(bench, 'findOrCreateCompany', { name: unique('Linked '), salesforceId: text }), 'SF Id'),
        city: {
          kept: oneLine,
          write: async (text, bench) =>
            (await made(bench, 'findOrCreateCompany', { name: unique('City '), record: { city: text } }))['city'],
        },
        id: {
          names: ['id'],
          write: async (text, bench) => (await made(bench, 'findOrCreateCompany', { name: unique('Id '), id: text }), text),
        },
        linkField: {
          names: ['custom field', 'caption', 'link'],
          write: async (text, bench) => (
            await made(bench, 'findOrCreateCompany', { name: unique('Link '), salesforceId: unique('s'), linkField: text }),
            text
          ),
        },
      },
    },
    findOrCreateContact: {
      texts: Object.fromEntries(
        (['firstName', 'lastName', 'email', 'phone'] as const).map((field): [string, ValuePlace] => [
          field,
          {
            names: [field, field.replace('Name', ' name'), 'e-mail'],
            // The vendor wants a first name of everybody.
            kept: (text) => (field === 'firstName' && text.trim() === '' ? '-' : oneLine(text)),
            async write(text, bench) {
              const input = { companyId: COMPANY, ...contact(), company: undefined, [field]: text };
              const { company: _company, ...person } = input;
              const record = await made(bench, 'findOrCreateContact', person);
              const again = await made(bench, 'findOrCreateContact', person);
              const back = field === 'email' ? item(record, 'Email') : field === 'phone' ? item(record, 'Phone') : record[field];
              return onlyOne(String(back ?? ''), [again], record.id);
            },
          },
        ]),
      ),
    },
    createTicketOnce: {
      texts: {
        externalXRef: {
          names: ['External reference'],
          kept: oneLine,
          async write(text, bench) {
            const input = { externalXRef: text, summary: 'x', companyId: COMPANY };
            const record = await made(bench, 'createTicketOnce', input);
            return onlyOne(String(record['externalXRef']), [await made(bench, 'createTicketOnce', input)], record.id);
          },
        },
        summary: {
          kept: (text) => oneLine(cutAtWord(text, 100)),
          write: async (text, bench) =>
            (await made(bench, 'createTicketOnce', { externalXRef: unique('x'), summary: text, companyId: COMPANY }))['summary'],
        },
        Description: async (text, bench) => {
          const input = { externalXRef: unique('x'), summary: 'x', companyId: COMPANY, initialDescription: text };
          return (await notes(bench, 'ticket', (await made(bench, 'createTicketOnce', input)).id))[0];
        },
        Note: async (text, bench) => {
          const input = { externalXRef: unique('x'), summary: 'x', companyId: COMPANY };
          const { id } = await made(bench, 'createTicketOnce', input);
          await bench.run('createTicketOnce', { ...input, noteIfExists: text });
          return (await notes(bench, 'ticket', id))[0];
        },
        board: async (text, bench) => (
          await made(bench, 'createTicketOnce', { externalXRef: unique('x'), summary: 'x', companyId: COMPANY, board: text }),
          text
        ),
        companyId: {
          names: ['Company'],
          write: async (text, bench) => (
            await made(bench, 'createTicketOnce', { externalXRef: unique('x'), summary: 'x', companyId: text }),
            text
          ),
        },
      },
    },
    createProjectOnce: {
      texts: Object.fromEntries(
        (['externalReference', 'name', 'description'] as const).map((field): [string, ValuePlace] => [
          field,
          {
            names: [field, 'External reference'],
            kept: (text) => (field === 'name' ? oneLine(cutAtWord(text, 100)) : text),
            async write(text, bench) {
              const input = { ...project(), [field]: text };
              const record = await made(bench, 'createProjectOnce', input);
              const again = await made(bench, 'createProjectOnce', input);
              const description = String(record['description']);
              const mark = `[${String(input['externalReference']).trim()}]`;
              const back =
                field === 'name' ? record['name'] : field === 'description' ? description.slice(0, -mark.length) : description.slice(1, -1);
              return onlyOne(String(back ?? ''), [again], record.id);
            },
          },
        ]),
      ),
      days: {
        estimatedStart: async (day, bench) =>
          (await made(bench, 'createProjectOnce', { ...project(), estimatedStart: day }))['estimatedStart'],
      },
    },
    matchCompany: {
      texts: Object.fromEntries(
        (['name', 'identifier', 'website', 'salesforceId'] as const).map((field): [string, ValuePlace] => [
          field,
          {
            names: [field, 'Salesforce account id'],
            // A company that nobody has: whatever is asked, none may be found.
            write: async (text, bench) => {
              const { outcome, candidates } = (await bench.run('matchCompany', {
                [field]: field === 'website' ? `${unique('none')}.example/${text}` : `none ${text}`,
              })) as Match;
              return outcome === 'none' ? text : candidates;
            },
          },
        ]),
      ),
    },
    matchContact: {
      texts: Object.fromEntries(
        (['email', 'lastName', 'phone', 'salesforceId'] as const).map((field): [string, ValuePlace] => [
          field,
          {
            names: [field, 'E-mail', 'Last name', 'Salesforce contact id'],
            write: async (text, bench) => {
              const input = { companyId: COMPANY + 1, firstName: 'Nobody', [field]: `${text} none` };
              const { outcome, candidates } = (await bench.run('matchContact', input)) as Match;
              return outcome === 'none' ? text : candidates;
            },
          },
        ]),
      ),
    },
    findRecords: {
      texts: {
        match: {
          names: ['lastName', 'match', 'equal'],
          async write(text, bench) {
            const lastName = nameWith(text);
            const { id } = await create(bench, 'contact', contact({ lastName }));
            return onlyOne(text, await found(bench, { match: { lastName } }), id);
          },
        },
        contains: {
          names: ['lastName', 'conditions'],
          async write(text, bench) {
            const lastName = nameWith(text);
            const { id } = await create(bench, 'contact', contact({ lastName }));
            return onlyOne(text, await found(bench, { conditions: [{ field: 'lastName', operator: 'contains', value: lastName }] }), id);
          },
        },
        lastName: async (text, bench) => {
          const input = { match: { lastName: `${text}~nobody` } };
          return (await found(bench, input)).length === 0 ? text : 'somebody';
        },
        where: { names: WHERE, write: async (text, bench) => (await found(bench, { where: text }), text) },
        object: objectOf('findRecords', {}),
        orderBy: {
          names: ['order', 'recognized name'],
          write: async (text, bench) => (await found(bench, { orderBy: text, limit: 1 }), text),
        },
        parentId: {
          names: ['Belongs to', 'Company'],
          classes: ['notFound'],
          write: (text, bench) => bench.run('findRecords', { object: 'site', parentId: text }),
        },
      },
      names: { field: (name, bench) => found(bench, { conditions: [{ field: name, operator: '=', value: 'x' }] }) },
    },
    countRecords: {
      texts: {
        match: {
          names: ['lastName'],
          write: async (text, bench) => {
            const { count } = (await bench.run('countRecords', { object: 'contact', match: { lastName: `${text}~nobody` } })) as {
              count: number;
            };
            return count === 0 ? text : count;
          },
        },
        where: { names: WHERE, write: async (text, bench) => (await bench.run('countRecords', { object: 'contact', where: text }), text) },
      },
    },
    getRecord: { texts: { id: { ...ID, write: idOf('getRecord') }, object: objectOf('getRecord', { id: COMPANY }) } },
    deleteRecord: {
      texts: {
        // A number that nobody has is gone already.
        id: {
          ...ID,
          write: async (text, bench) => {
            const { deleted } = (await bench.run('deleteRecord', { object: 'contact', id: text })) as { deleted: boolean };
            return deleted ? 'deleted' : text;
          },
        },
        object: objectOf('deleteRecord', { id: COMPANY }),
      },
    },
    listNotes: { texts: { id: { ...ID, write: idOf('listNotes') }, object: objectOf('listNotes', { id: COMPANY }) } },
    addNote: {
      texts: {
        text: {
          names: ['Note', 'text'],
          async write(text, bench) {
            const { id } = await create(bench, 'ticket', { summary: 'x', company: COMPANY });
            await bench.run('addNote', { object: 'ticket', id, text });
            return (await notes(bench, 'ticket', id))[0];
          },
        },
        id: { ...ID, write: idOf('addNote', { text: 'x' }) },
      },
    },
    request: {
      texts: {
        body: {
          names: ['name'],
          kept: oneLine,
          write: async (text, bench) =>
            (
              (await bench.run('request', { method: 'POST', path: '/company/companies', body: company({ name: text }) })) as {
                body: Fields;
              }
            ).body['name'],
        },
        path: {
          names: ['path', 'answered'],
          classes: ['notFound'],
          write: (text, bench) => bench.run('request', { method: 'GET', path: text }),
        },
        query: {
          names: WHERE,
          write: async (text, bench) => (
            await bench.run('request', { method: 'GET', path: '/company/companies', query: { conditions: text, pageSize: 1 } }),
            text
          ),
        },
      },
    },
    recordChanged: {
      texts: { record: watched('recordChanged', { object: 'contact' }), where: whereOf('recordChanged', { object: 'contact' }) },
    },
    recordsChanged: { texts: { record: watched('recordsChanged', { objects: ['contact'] }) } },
    dateReached: {
      texts: {
        where: whereOf('dateReached', { object: 'agreement', field: 'endDate' }),
        timezone: {
          names: ['zone'],
          write: async (text, bench) => (
            await bench.poll('dateReached', { object: 'agreement', field: 'endDate', timezone: text }, undefined),
            text
          ),
        },
      },
      names: {
        field: {
          names: ['Date', 'not a recognized name'],
          write: (name, bench) => bench.poll('dateReached', { object: 'agreement', field: name }, undefined),
        },
      },
    },
  },
});

/** A last name nobody else has. */
function nameWith(text: string): string {
  return `${oneLine(`${unique('F')} ${text}`)
    .slice(0, 28)
    .toWellFormed()}.`;
}

interface Match {
  readonly outcome: string;
  readonly candidates: unknown;
}

function project(): Record<string, unknown> {
  return {
    externalReference: unique('ref'),
    name: unique('Project '),
    companyId: COMPANY,
    board: 'Projects',
    estimatedStart: '2020-01-15',
    estimatedEnd: '2090-03-31',
  };
}

async function found(bench: TestBench, input: Record<string, unknown>): Promise<Fields[]> {
  return ((await bench.run('findRecords', { object: 'contact', ...input })) as { records: Fields[] }).records;
}

/** A record that holds the text comes with it. */
function watched(trigger: string, input: Record<string, unknown>): ValuePlace {
  return {
    names: ['firstName'],
    kept: oneLine,
    async write(text, bench) {
      clock.advance(600_000);
      const begun = await bench.poll(trigger, input, undefined);
      const { id } = await create(bench, 'contact', contact({ firstName: text }));
      const { events } = await bench.poll(trigger, input, begun.cursor);
      return events.map(({ payload }) => (payload as { record: Fields }).record).find((record) => record.id === id)?.['firstName'];
    },
  };
}

function whereOf(trigger: string, input: Record<string, unknown>): ValuePlace {
  return {
    names: WHERE,
    write: async (text, bench) => (await bench.poll(trigger, { ...input, where: text }, { v: 1, since: 0, seen: [], maxId: 0 }), text),
  };
}

test.each(cases.map(({ name, run }) => [name, run] as const))('%s', (_name, run) => run());
