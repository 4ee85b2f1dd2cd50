import { describe, expect, it } from 'vitest';
import { startBench, type Bench } from '../../testing.ts';
import { parseCsv, writeCsv } from './csv.ts';

const csv = { headers: { 'content-type': 'text/csv' } };

/** Opens, uploads, closes and polls a job to its end. */
async function run(bench: Bench, job: Record<string, unknown>, upload: string) {
  const { body } = await bench.sf('POST', 'jobs/ingest', { body: { contentType: 'CSV', lineEnding: 'LF', ...job } });
  await bench.sf('PUT', `jobs/ingest/${body.id}/batches`, { body: upload, ...csv });
  await bench.sf('PATCH', `jobs/ingest/${body.id}`, { body: { state: 'UploadComplete' } });
  let info = await bench.sf('GET', `jobs/ingest/${body.id}`);
  while (info.body.state === 'InProgress') info = await bench.sf('GET', `jobs/ingest/${body.id}`);
  const part = async (name: string) => String((await bench.sf('GET', `jobs/ingest/${body.id}/${name}`)).body ?? '');
  return { id: body.id as string, info: info.body, part };
}

describe('ingest', () => {
  it('SF-130 a new job: 750 id, Open, Parallel, numeric version, contentUrl without a leading slash', async () => {
    const { sf } = await startBench();
    const { body } = await sf('POST', 'jobs/ingest', {
      body: { object: 'Opportunity', operation: 'upsert', externalIdFieldName: 'CW_Renewal_Key__c', contentType: 'CSV', lineEnding: 'LF' },
    });
    expect(body).toMatchObject({
      id: expect.stringMatching(/^750\w{15}$/),
      state: 'Open',
      concurrencyMode: 'Parallel',
      apiVersion: 66,
      contentUrl: `services/data/v66.0/jobs/ingest/${body.id}/batches`,
      columnDelimiter: 'COMMA',
      externalIdFieldName: 'CW_Renewal_Key__c',
    });
  });
  it('SF-131 SF-132 upload 201 empty, UploadComplete, then InProgress, then JobComplete with counts', async () => {
    const { sf } = await startBench();
    const { body } = await sf('POST', 'jobs/ingest', {
      body: { object: 'Account', operation: 'insert', contentType: 'CSV', lineEnding: 'LF' },
    });
    expect(await sf('PUT', `../../../${body.contentUrl}`, { body: 'Name\nBulk 1\n', ...csv })).toMatchObject({
      status: 201,
      body: undefined,
    });
    const path = `jobs/ingest/${body.id}`;
    expect((await sf('PATCH', path, { body: { state: 'UploadComplete' } })).body).toMatchObject({ id: body.id, state: 'UploadComplete' });
    expect((await sf('GET', path)).body.state).toBe('InProgress');
    expect((await sf('GET', path)).body).toMatchObject({
      state: 'JobComplete',
      jobType: 'V2Ingest',
      numberRecordsProcessed: 1,
      numberRecordsFailed: 0,
      retries: 0,
    });
    expect(await sf('PUT', `${path}/batches`, { body: 'Name\nx\n', ...csv })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'INVALIDJOBSTATE' }],
    });
    expect((await sf('DELETE', path)).status).toBe(204);
    expect((await sf('GET', path)).status).toBe(404);
  });
  it('SF-133 an unknown column fails the job: "InvalidBatch : Field name not found : X"; nothing is stored', async () => {
    const bench = await startBench();
    const { info, part } = await run(bench, { object: 'Account', operation: 'insert' }, 'Name,X\nBulk,1\n');
    expect(info).toMatchObject({ state: 'Failed', errorMessage: 'InvalidBatch : Field name not found : X', numberRecordsProcessed: 0 });
    expect(await part('unprocessedrecords')).toBe('"Name","X"\n"Bulk","1"\n');
    expect((await bench.sf('GET', `query?q=${encodeURIComponent("SELECT COUNT() FROM Account WHERE Name = 'Bulk'")}`)).body.totalSize).toBe(
      0,
    );
  });
  it('SF-134 results: sf__Id and sf__Created, sf__Id empty and sf__Error in the vendor’s form', async () => {
    const bench = await startBench();
    const { info, part } = await run(bench, { object: 'Account', operation: 'insert' }, 'Name,Phone\nGood,1\n,2\n"Quoted ""x"", y",3\n');
    expect(info).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 3, numberRecordsFailed: 1 });
    const good = parseCsv(await part('successfulResults'), ',');
    expect(good[0]).toEqual(['sf__Id', 'sf__Created', 'Name', 'Phone']);
    expect(good.slice(1)).toEqual([
      [expect.stringMatching(/^001/), 'true', 'Good', '1'],
      [expect.stringMatching(/^001/), 'true', 'Quoted "x", y', '3'],
    ]);
    expect(await part('failedResults')).toBe(
      '"sf__Id","sf__Error","Name","Phone"\n"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","2"\n',
    );
  });
  it('SF-136 #N/A empties a field, an empty cell leaves it', async () => {
    const bench = await startBench();
    const make = async (Name: string) => (await bench.sf('POST', 'sobjects/Account', { body: { Name, Phone: '1', Fax: '2' } })).body.id;
    const id = await make('Cells');
    await run(bench, { object: 'Account', operation: 'update' }, `Id,Phone,Fax\n${id},#N/A,\n`);
    expect((await bench.sf('GET', `sobjects/Account/${id}?fields=Phone,Fax`)).body).toMatchObject({ Phone: null, Fax: '2' });
  });
  it('upsert by external id, with a lookup by the parent’s; delete', async () => {
    const bench = await startBench();
    await bench.sf('POST', 'sobjects/Account', { body: { Name: 'Parent', CW_Company_Id__c: '7' } });
    const upload = 'CW_Contact_Id__c,LastName,Account.CW_Company_Id__c\nc1,Bulk,7\nc2,Bulk,8\n';
    const job = { object: 'Contact', operation: 'upsert', externalIdFieldName: 'CW_Contact_Id__c' };
    const once = await run(bench, job, upload);
    expect(once.info).toMatchObject({ numberRecordsProcessed: 2, numberRecordsFailed: 1 });
    const again = parseCsv(await (await run(bench, job, upload)).part('successfulResults'), ',');
    expect(again[1]?.slice(1)).toEqual(['false', 'c1', 'Bulk', '7']);
    const gone = await run(bench, { object: 'Contact', operation: 'delete' }, `Id\n${again[1]?.[0]}\n`);
    expect(gone.info).toMatchObject({ state: 'JobComplete', numberRecordsFailed: 0 });
  });
});

describe('query', () => {
  it('pages by Sforce-Locator, the last of which is the word null', async () => {
    const { sf } = await startBench();
    const { body } = await sf('POST', 'jobs/query', {
      body: { operation: 'query', query: 'SELECT Id, Owner.Name, Industry FROM Account' },
    });
    expect(body).toMatchObject({ state: 'UploadComplete', object: 'Account', operation: 'query' });
    const path = `jobs/query/${body.id}`;
    expect((await sf('GET', path)).body.state).toBe('InProgress');
    expect((await sf('GET', path)).body).toMatchObject({ state: 'JobComplete', jobType: 'V2Query', numberRecordsProcessed: 3 });
    const first = await sf('GET', `${path}/results?maxRecords=2`);
    expect(first.headers.get('sforce-numberofrecords')).toBe('2');
    const locator = first.headers.get('sforce-locator') ?? '';
    const last = await sf('GET', `${path}/results?maxRecords=2&locator=${locator}`);
    expect(last.headers.get('sforce-locator')).toBe('null');
    const rows = [...parseCsv(first.body, ','), ...parseCsv(last.body, ',').slice(1)];
    expect(rows).toEqual([
      ['Id', 'Owner.Name', 'Industry'],
      [expect.stringMatching(/^001/), 'Alex Morgan', ''],
      [expect.stringMatching(/^001/), 'Alex Morgan', 'Construction'],
      [expect.stringMatching(/^001/), 'Alex Morgan', ''],
    ]);
  });
});

describe('csv', () => {
  it('reads what it writes', () => {
    const rows = [
      ['a', 'b "c"', 'line\nbreak', ''],
      ['x;y', '', ' ', 'z'],
    ];
    expect(parseCsv(writeCsv(rows, { delimiter: ',', lineEnding: '\r\n' }), ',')).toEqual(rows);
  });
});
