import { describe, expect, it } from 'vitest';
import { startBench, START } from '../../testing.ts';
import { rangeOf } from './date-literals.ts';

const path = (soql: string) => `query?q=${encodeURIComponent(soql)}`;

async function bench() {
  const { sf, sandbox } = await startBench();
  const account = (await sf('GET', path("SELECT Id FROM Account WHERE Name = 'Acme Ltd'"))).body.records[0].Id as string;
  for (const [Name, StageName, Amount, CloseDate] of [
    ['One', 'Prospecting', 100, '2026-02-01'],
    ['Two', 'Prospecting', 300, '2026-02-15'],
    ['Three', 'Closed Won', 1000, '2025-11-30'],
    ['Four', 'Closed Won', null, '2026-11-30'],
  ])
    await sf('POST', 'sobjects/Opportunity', { body: { Name, StageName, Amount, CloseDate, AccountId: account } });
  const rows = async (soql: string) => {
    const { status, body } = await sf('GET', path(soql));
    if (status !== 200) return body;
    return body.records.map(({ attributes: _type, ...rest }: Record<string, unknown>) => rest);
  };
  return { sf, sandbox, rows, account };
}

describe('groups', () => {
  it('GROUP BY with every aggregate; unnamed ones are expr0, expr1, …', async () => {
    const { rows } = await bench();
    expect(
      await rows(
        "SELECT StageName, COUNT(Id), SUM(Amount) total, AVG(Amount), MIN(Amount), MAX(CloseDate) latest, COUNT_DISTINCT(AccountId) FROM Opportunity WHERE Name != 'Acme renewal' GROUP BY StageName ORDER BY COUNT(Id) DESC, StageName",
      ),
    ).toEqual([
      { StageName: 'Closed Won', expr0: 2, total: 1000, expr1: 1000, expr2: 1000, latest: '2026-11-30', expr3: 1 },
      { StageName: 'Prospecting', expr0: 2, total: 400, expr1: 200, expr2: 100, latest: '2026-02-15', expr3: 1 },
    ]);
  });
  it('HAVING, grouping by a parent, by a part of a date, ordering by an alias', async () => {
    const { rows } = await bench();
    expect(await rows('SELECT Account.Name, COUNT(Id) n FROM Opportunity GROUP BY Account.Name HAVING COUNT(Id) > 1')).toEqual([
      { Name: 'Acme Ltd', n: 5 },
    ]);
    expect(
      await rows('SELECT CALENDAR_YEAR(CloseDate) y, COUNT(Id) n FROM Opportunity GROUP BY CALENDAR_YEAR(CloseDate) ORDER BY n DESC'),
    ).toEqual([
      { y: 2026, n: 4 },
      { y: 2025, n: 1 },
    ]);
  });
  it('without GROUP BY all rows are one, even none', async () => {
    const { rows, sf } = await bench();
    expect(await rows("SELECT COUNT(Id) n, SUM(Amount) FROM Opportunity WHERE Name = 'none'")).toEqual([{ n: 0, expr0: null }]);
    expect((await sf('GET', path('SELECT COUNT(Id) FROM Opportunity'))).body).toMatchObject({
      totalSize: 1,
      records: [{ attributes: { type: 'AggregateResult' }, expr0: 5 }],
    });
  });
  it('refuses fields that are neither grouped nor aggregated, and sums of text', async () => {
    const { rows } = await bench();
    expect(await rows('SELECT Name, COUNT(Id) FROM Opportunity GROUP BY StageName')).toMatchObject([{ errorCode: 'MALFORMED_QUERY' }]);
    expect(await rows('SELECT SUM(Name) FROM Opportunity')).toMatchObject([{ errorCode: 'INVALID_FIELD' }]);
    expect(await rows('SELECT Id, Id FROM Opportunity')).toMatchObject([{ errorCode: 'MALFORMED_QUERY' }]);
  });
});

describe('functions and clauses', () => {
  it('toLabel, FORMAT, convertTimezone, date functions in WHERE', async () => {
    const { rows } = await bench();
    expect(await rows("SELECT toLabel(StageName), FORMAT(Amount) shown FROM Opportunity WHERE Name = 'Three'")).toEqual([
      { StageName: 'Closed Won', shown: '1,000' },
    ]);
    expect(
      await rows('SELECT Name FROM Opportunity WHERE CALENDAR_MONTH(CloseDate) = 2 AND CALENDAR_YEAR(convertTimezone(CreatedDate)) = 2026'),
    ).toHaveLength(2);
  });
  it('FOR UPDATE, FOR VIEW, WITH SECURITY_ENFORCED and USING SCOPE change nothing', async () => {
    const { rows } = await bench();
    for (const tail of ['FOR UPDATE', 'FOR VIEW', 'FOR REFERENCE'])
      expect(await rows(`SELECT Id FROM Account LIMIT 1 ${tail}`)).toHaveLength(1);
    expect(
      await rows("SELECT Id FROM Account USING SCOPE Everything WHERE Name = 'Acme Ltd' WITH SECURITY_ENFORCED ORDER BY Name"),
    ).toHaveLength(1);
  });
  it('the object behind a polymorphic lookup', async () => {
    const { rows, sf, account } = await bench();
    await sf('POST', 'sobjects/Task', { body: { Subject: 'x', WhatId: account } });
    expect(await rows("SELECT What.Type, What.Name FROM Task WHERE What.Type = 'Account'")).toMatchObject([
      { What: { Type: 'Account', Name: 'Acme Ltd' } },
    ]);
  });
  it('semi-join and anti-join with conditions of their own', async () => {
    const { rows } = await bench();
    expect(await rows("SELECT Name FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity WHERE StageName = 'Closed Won')")).toEqual([
      { Name: 'Acme Ltd' },
    ]);
    expect(await rows('SELECT Name FROM Account WHERE Id NOT IN (SELECT AccountId FROM Opportunity)')).toHaveLength(2);
  });
  it('child rows keep order and limit of their own', async () => {
    const { rows } = await bench();
    const [row] = await rows(
      "SELECT Name, (SELECT Name FROM Opportunities ORDER BY Amount DESC NULLS LAST LIMIT 2) FROM Account WHERE Name = 'Acme Ltd'",
    );
    expect(row.Opportunities.records.map((item: { Name: string }) => item.Name)).toEqual(['Acme renewal', 'Three']);
  });
});

describe('lists to pick several from', () => {
  it('keep the order of the list; INCLUDES means all of one choice, or of another, EXCLUDES the rest', async () => {
    const { rows, sf } = await bench();
    const make = async (Name: string, Services__c: string | null) => {
      const { status, body } = await sf('POST', 'sobjects/Account', { body: { Name, Services__c } });
      return status === 201 ? (await sf('GET', `sobjects/Account/${body.id}?fields=Services__c`)).body.Services__c : body[0];
    };
    expect(await make('Both', 'Cloud; Security')).toBe('Security;Cloud');
    expect(await make('Backup only', 'Backup')).toBe('Backup');
    expect(await make('None', null)).toBeNull();
    expect(await make('Odd', 'Cloud;Gardening')).toMatchObject({
      errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      message: 'Services: bad value for restricted picklist field: Gardening',
      fields: ['Services__c'],
    });
    const names = async (where: string) =>
      (await rows(`SELECT Name FROM Account WHERE Name IN ('Both', 'Backup only', 'None') AND ${where} ORDER BY Name`)).map(
        (row: { Name: string }) => row.Name,
      );
    expect(await names("Services__c INCLUDES ('Cloud')")).toEqual(['Both']);
    expect(await names("Services__c INCLUDES ('security;cloud', 'Backup')")).toEqual(['Backup only', 'Both']);
    expect(await names("Services__c INCLUDES ('Cloud;Backup')")).toEqual([]);
    expect(await names("Services__c EXCLUDES ('Cloud')")).toEqual(['Backup only', 'None']);
    expect(await names("Services__c = 'Cloud;Security'")).toEqual(['Both']);
    const { fields } = (await sf('GET', 'sobjects/Account/describe')).body;
    expect(fields.find((field: { name: string }) => field.name === 'Services__c')).toMatchObject({
      type: 'multipicklist',
      restrictedPicklist: true,
      sortable: false,
      groupable: false,
      filterable: true,
      picklistValues: expect.arrayContaining([expect.objectContaining({ value: 'Cloud', active: true })]),
    });
  });
});

describe('what an org refuses', () => {
  it.each([
    [
      'an order of long text',
      'SELECT Id FROM Account ORDER BY Description',
      'MALFORMED_QUERY',
      "field 'Description' can not be sorted in a query call",
    ],
    [
      'groups of amounts',
      'SELECT Amount FROM Opportunity GROUP BY Amount',
      'MALFORMED_QUERY',
      "field 'Amount' can not be grouped in a query call",
    ],
    [
      'a condition on long text',
      "SELECT Id FROM Account WHERE Description = 'x'",
      'INVALID_FIELD',
      "field 'Description' can not be filtered in a query call",
    ],
    [
      'a condition on a compound',
      'SELECT Id FROM Account WHERE BillingAddress = null',
      'INVALID_FIELD',
      "field 'BillingAddress' can not be filtered in a query call",
    ],
    ['an id that is none', "SELECT Id FROM Account WHERE Id = 'bad'", 'INVALID_QUERY_FILTER_OPERATOR', 'invalid ID field: bad'],
    ['LIKE on an id', "SELECT Id FROM Account WHERE Id LIKE '001%'", 'INVALID_QUERY_FILTER_OPERATOR', 'invalid operator on id field'],
    [
      'INCLUDES elsewhere',
      "SELECT Id FROM Account WHERE Industry INCLUDES ('x')",
      'INVALID_QUERY_FILTER_OPERATOR',
      'includes operator only valid on multipicklist field',
    ],
    [
      'all fields of all records',
      'SELECT FIELDS(ALL) FROM Account',
      'MALFORMED_QUERY',
      'The SOQL FIELDS function must have a LIMIT of at most 200',
    ],
    [
      'a semi-join with itself',
      'SELECT Id FROM Account WHERE Id IN (SELECT ParentId FROM Account)',
      'MALFORMED_QUERY',
      'The inner and outer selects should not be on the same object type',
    ],
    [
      'an own field behind a lookup to several objects',
      'SELECT What.Industry FROM Task',
      'INVALID_FIELD',
      "No such column 'Industry' on entity 'Name'.",
    ],
    [
      'AND beside OR',
      "SELECT Id FROM Account WHERE Name = 'a' OR Name = 'b' AND Phone = null",
      'MALFORMED_QUERY',
      "unexpected token: 'AND'",
    ],
    [
      'TYPEOF, which is not emulated',
      'SELECT TYPEOF What WHEN Account THEN Name END FROM Task',
      'MALFORMED_QUERY',
      'TYPEOF is not supported by this sandbox',
    ],
    [
      'ROLLUP, which is not emulated',
      'SELECT StageName, COUNT(Id) FROM Opportunity GROUP BY ROLLUP(StageName)',
      'MALFORMED_QUERY',
      'ROLLUP is not supported by this sandbox',
    ],
  ])('%s', async (_name, query, errorCode, message) => {
    const { sf } = await startBench();
    expect(await sf('GET', path(query))).toMatchObject({ status: 400, body: [{ errorCode, message: expect.stringContaining(message) }] });
  });
  it('but takes what looks like it', async () => {
    const { rows, sf } = await bench();
    expect(await rows('SELECT FIELDS(STANDARD) FROM Account')).not.toHaveLength(0);
    expect(await rows('SELECT FIELDS(CUSTOM) FROM Account LIMIT 1')).toHaveLength(1);
    expect(await rows('SELECT CloseDate, COUNT(Id) FROM Opportunity GROUP BY CloseDate')).not.toHaveLength(0);
    const { id } = (await sf('POST', 'sobjects/Case', { body: { Subject: 'x' } })).body;
    await sf('POST', 'sobjects/Task', { body: { Subject: 'y', WhatId: id } });
    expect(await rows('SELECT What.Type, What.Name FROM Task')).toMatchObject([{ What: { Type: 'Case', Name: '00001001' } }]);
  });
});

describe('date literals', () => {
  const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
  it.each([
    ['today', 1, '2026-11-23', '2026-11-24'],
    ['yesterday', 1, '2026-11-22', '2026-11-23'],
    ['tomorrow', 1, '2026-11-24', '2026-11-25'],
    ['this_week', 1, '2026-11-22', '2026-11-29'],
    ['last_week', 1, '2026-11-15', '2026-11-22'],
    ['next_month', 1, '2026-12-01', '2027-01-01'],
    ['this_quarter', 1, '2026-10-01', '2027-01-01'],
    ['last_fiscal_quarter', 1, '2026-07-01', '2026-10-01'],
    ['next_year', 1, '2027-01-01', '2028-01-01'],
    ['last_90_days', 1, '2026-08-25', '2026-11-24'],
    ['last_n_days', 3, '2026-11-20', '2026-11-24'],
    ['next_n_days', 2, '2026-11-24', '2026-11-26'],
    ['n_days_ago', 2, '2026-11-21', '2026-11-22'],
    ['last_n_months', 2, '2026-09-01', '2026-11-01'],
    ['n_months_ago', 1, '2026-10-01', '2026-11-01'],
    ['next_n_quarters', 1, '2027-01-01', '2027-04-01'],
    ['last_n_years', 2, '2024-01-01', '2026-01-01'],
  ])('SF-092 %s:%i', (name, count, start, end) => {
    expect(rangeOf(name, count, START)).toEqual({ start: day(start), end: day(end) });
  });
  it('SF-092 compare as moments: before, in and after the span', async () => {
    const { rows } = await bench();
    expect(await rows('SELECT Name FROM Opportunity WHERE CloseDate > TODAY')).toHaveLength(2);
    expect(await rows('SELECT Name FROM Opportunity WHERE CloseDate = LAST_YEAR')).toEqual([{ Name: 'Three' }]);
    expect(await rows('SELECT Name FROM Opportunity WHERE CreatedDate = N_DAYS_AGO:0')).toHaveLength(4);
  });
});

describe('search', () => {
  const search = (text: string) => `search?q=${encodeURIComponent(text)}`;
  it('SF-095 scopes, wildcards, choices, conditions and limits', async () => {
    const { sf } = await startBench();
    const names = async (text: string) => (await sf('GET', search(text))).body.searchRecords.map((row: { Name: string }) => row.Name);
    expect(await names('FIND {blue* OR acme} IN NAME FIELDS RETURNING Account(Name ORDER BY Name), Contact(Name)')).toEqual([
      'Acme Ltd',
      'Bluewater Foods',
    ]);
    expect(await names('FIND {john\\@x} IN EMAIL FIELDS RETURNING Contact(Name)')).toEqual(['John Miller']);
    expect(await names('FIND {"water foods"} RETURNING Account(Name WHERE AnnualRevenue > 1 LIMIT 1)')).toEqual(['Bluewater Foods']);
    expect((await sf('GET', search('FIND {a} RETURNING Account'))).body[0].errorCode).toBe('MALFORMED_SEARCH');
    const byBody = await sf('POST', 'parameterizedSearch', {
      body: { q: 'Acme', in: 'NAME', sobjects: [{ name: 'Account', fields: ['Name'] }] },
    });
    expect(byBody.body.searchRecords).toMatchObject([{ Name: 'Acme Ltd' }]);
  });
});
