import { Connection } from '@jsforce/jsforce-node';
import { describe, expect, it } from 'vitest';
import { startBench } from '../../testing.ts';

async function bench() {
  const { sandbox, sf } = await startBench();
  const accessToken = sandbox.salesforce.sessions.open({
    userId: sandbox.salesforce.account.integrationUserId,
    clientId: 'x',
    scope: 'api',
  });
  const connection = new Connection({ instanceUrl: sandbox.url, accessToken, version: '66.0' });
  const lead = async (values: Record<string, unknown> = {}) =>
    (await connection.sobject('Lead').create({ LastName: 'Novak', Company: 'Novak AG', Email: 'n@novak.example', ...values })).id ?? '';
  const convert = (leadId: string, more: Record<string, unknown> = {}) =>
    connection.soap.convertLead({
      leadId,
      convertedStatus: 'Closed - Converted',
      doNotCreateOpportunity: false,
      overwriteLeadSource: false,
      sendNotificationEmail: false,
      ...more,
    });
  return { sandbox, sf, connection, lead, convert };
}

describe('convertLead over SOAP, as jsforce calls it', () => {
  it('makes account, contact and deal, stamps the lead and closes it to writes', async () => {
    const { connection, lead, convert, sf } = await bench();
    const id = await lead({ FirstName: 'Jan', Phone: '1', Website: 'https://novak.example' });
    const done = await convert(id);
    expect(done).toMatchObject({ success: true, leadId: id, errors: [] });
    expect(await connection.sobject('Account').retrieve(done.accountId ?? '')).toMatchObject({
      Name: 'Novak AG',
      Website: 'https://novak.example',
    });
    expect(await connection.sobject('Contact').retrieve(done.contactId ?? '')).toMatchObject({
      Name: 'Jan Novak',
      AccountId: done.accountId,
    });
    expect(await connection.sobject('Opportunity').retrieve(done.opportunityId ?? '')).toMatchObject({
      Name: 'Novak AG-',
      CloseDate: '2026-12-31',
      AccountId: done.accountId,
    });
    expect(await connection.sobject('Lead').retrieve(id)).toMatchObject({
      IsConverted: true,
      Status: 'Closed - Converted',
      ConvertedDate: '2026-11-23',
      ConvertedAccountId: done.accountId,
      ConvertedContactId: done.contactId,
      ConvertedOpportunityId: done.opportunityId,
    });
    expect(await sf('PATCH', `sobjects/Lead/${id}`, { body: { Title: 'x' } })).toMatchObject({
      status: 400,
      body: [{ errorCode: 'CANNOT_UPDATE_CONVERTED_LEAD', message: 'cannot reference converted lead', fields: [] }],
    });
  });
  it('takes the account and contact it is given, and makes no deal when told not to', async () => {
    const { connection, lead, convert } = await bench();
    const [contact] = (
      await connection.query<{ Id: string; AccountId: string }>("SELECT Id, AccountId FROM Contact WHERE LastName = 'Miller'")
    ).records;
    const done = await convert(await lead({ Title: 'CFO' }), {
      accountId: contact?.AccountId,
      contactId: contact?.Id,
      doNotCreateOpportunity: true,
    });
    expect(done).toMatchObject({ success: true, accountId: contact?.AccountId, contactId: contact?.Id });
    expect(done.opportunityId ?? null).toBeNull();
    expect(await connection.sobject('Contact').retrieve(contact?.Id ?? '')).toMatchObject({ Title: 'CFO', Email: 'john@x.com' });
  });
  it('refuses a second conversion and a status that does not convert, leaving nothing behind', async () => {
    const { connection, lead, convert } = await bench();
    const id = await lead();
    expect(await convert(id, { convertedStatus: 'Qualified' })).toMatchObject({
      success: false,
      errors: [{ statusCode: 'INVALID_STATUS' }],
    });
    expect((await connection.query("SELECT Id FROM Account WHERE Name = 'Novak AG'")).totalSize).toBe(0);
    await convert(id);
    expect(await convert(id)).toMatchObject({ success: false, errors: [{ statusCode: 'CANNOT_UPDATE_CONVERTED_LEAD' }] });
  });
  it('answers an unknown session with the fault clients refresh on', async () => {
    const { sandbox, convert, lead } = await bench();
    const id = await lead();
    sandbox.salesforce.sessions.expireAll();
    await expect(convert(id)).rejects.toMatchObject({ errorCode: 'sf:INVALID_SESSION_ID' });
  });
});
