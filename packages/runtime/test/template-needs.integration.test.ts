/** What a template needs in the connected accounts is looked for before it is turned on, not found out by runs that fail. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTemplateNeeds, getWorkflow, installTemplate, listConnections, listWorkflows, setWorkflowEnabled } from '@weft/runtime';
import { startTemplateBench } from './support/template-bench.ts';
import type { TemplateBench } from './support/template-bench.ts';

let bench: TemplateBench;
let bindings: Record<string, string>;

beforeAll(async () => {
  bench = await startTemplateBench({
    templateId: 'closed-won-to-connectwise',
    // An org in which an administrator has done half of the work.
    before: async ({ psa, sandbox }) => {
      sandbox.quirks.hiddenFields = ['Case.CW_Ticket_Id__c', 'Contact.CW_Contact_Id__c'];
      const fields = await psa.list('system/userDefinedFields');
      const ofTickets = fields.find(({ caption, podId }) => caption === 'SF Id' && podId === TICKET_POD);
      await psa.remove(`system/userDefinedFields/${ofTickets?.id}`);
    },
  });
  const accounts = await listConnections(bench.ctx);
  const idOf = (connector: string): string => accounts.find((account) => account.connector === connector)?.id ?? '';
  bindings = { crm: idOf('salesforce'), psa: idOf('connectwise') };
}, 60_000);
afterAll(() => bench?.[Symbol.asyncDispose]());

/** The number of the custom fields of tickets, as the sandbox has it. */
const TICKET_POD = 18;

describe('a template whose fields are not all there', () => {
  it('says of each one whether it is there, and what to do', async () => {
    const checks = await checkTemplateNeeds(bench.ctx, { templateId: 'ticket-to-case', bindings });
    expect(
      checks.filter(({ state }) => state !== 'there').map(({ object, name, state, message }) => ({ object, name, state, message })),
    ).toEqual([
      {
        object: 'Case',
        name: 'CW_Ticket_Id__c',
        state: 'missing',
        message:
          'Case has no field “CW_Ticket_Id__c” that this account may see. Create it as Text(40), and let the account’s user read and edit it.',
      },
      expect.objectContaining({ object: 'Contact', name: 'CW_Contact_Id__c', state: 'missing' }),
      expect.objectContaining({
        object: 'ticket',
        name: 'customFields.SF_Id',
        state: 'missing',
        message: expect.stringContaining('“SF Id”') as string,
      }),
    ]);
    expect(checks.filter(({ state }) => state === 'there')).toHaveLength(6);
  });

  it('is not turned on and leaves nothing behind; installed for later it is not turned on either', async () => {
    const before = (await listWorkflows(bench.ctx)).length;
    const wanted = { templateId: 'ticket-to-case', bindings, config: {} };
    await expect(installTemplate(bench.ctx, { ...wanted, enable: true })).rejects.toMatchObject({
      class: 'invalid',
      code: 'fields_missing',
      message: expect.stringContaining('cannot be turned on yet: Case has no field “CW_Ticket_Id__c”') as string,
      issues: [
        { path: 'needs.crm.Case.CW_Ticket_Id__c' },
        { path: 'needs.crm.Contact.CW_Contact_Id__c' },
        { path: 'needs.psa.ticket.customFields.SF_Id' },
      ],
    });
    expect(await listWorkflows(bench.ctx)).toHaveLength(before);
    const { workflowIds } = await installTemplate(bench.ctx, wanted);
    const id = workflowIds[0] ?? '';
    await expect(setWorkflowEnabled(bench.ctx, { id, enabled: true })).rejects.toMatchObject({ code: 'fields_missing' });
    expect(await getWorkflow(bench.ctx, { id })).toMatchObject({ enabled: false, publishedVersion: 1 });
  });

  it('needs an account to look into, and one of this workspace', async () => {
    const checks = await checkTemplateNeeds(bench.ctx, { templateId: 'ticket-to-case', bindings: { psa: bindings['psa'] ?? '' } });
    expect(checks.find(({ slot }) => slot === 'crm')).toMatchObject({ state: 'unknown', message: 'No account is chosen yet.' });
    await expect(
      checkTemplateNeeds(bench.ctx, { templateId: 'ticket-to-case', bindings: { crm: '01a22000-0000-7000-8000-000000000000' } }),
    ).rejects.toMatchObject({ code: 'connection_unknown' });
  });
});
