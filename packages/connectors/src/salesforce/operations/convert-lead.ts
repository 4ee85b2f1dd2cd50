import { WeftError, defineOperation, flag, optional, optionalText, text } from '@weft/connector-kit';
import { z } from 'zod';
import { openSalesforce, type Salesforce } from '../client.ts';
import { soqlId, soqlString } from '../soql.ts';

interface LeadState {
  readonly Id: string;
  readonly IsConverted: boolean;
  readonly ConvertedAccountId: string | null;
  readonly ConvertedContactId: string | null;
  readonly ConvertedOpportunityId: string | null;
}

const input = z.strictObject({
  leadId: text(),
  convertedStatus: optionalText({ max: 255 }),
  accountId: optionalText(),
  contactId: optionalText(),
  ownerId: optionalText(),
  createOpportunity: optional(flag()),
  opportunityName: optionalText({ max: 120 }),
  overwriteLeadSource: optional(flag()),
  sendNotificationEmail: optional(flag()),
});
type Wanted = z.infer<typeof input>;

export const convertLead = defineOperation({
  id: 'convertLead',
  kind: 'action',
  title: 'Convert a lead',
  summary: 'Makes an account, a contact and, if wished, an opportunity of a lead. One that is converted already is left as it is.',
  needsConnection: true,
  safety: 'searchable',
  properties: [
    { name: 'leadId', label: 'Lead id', required: true, kind: 'text', placeholder: '{{ trigger.record.Id }}' },
    {
      name: 'convertedStatus',
      label: 'Status',
      required: false,
      kind: 'text',
      help: 'Nothing means the org’s first status for converted leads.',
    },
    { name: 'accountId', label: 'Into this account', required: false, kind: 'text', help: 'Nothing means a new one.' },
    { name: 'contactId', label: 'Into this contact', required: false, kind: 'text', help: 'Needs the account as well.' },
    { name: 'ownerId', label: 'Owner', required: false, kind: 'text', advanced: true },
    { name: 'createOpportunity', label: 'Create an opportunity', required: false, kind: 'boolean', initial: true },
    { name: 'opportunityName', label: 'Opportunity name', required: false, kind: 'text', maxLength: 120 },
    { name: 'overwriteLeadSource', label: 'Overwrite the contact’s lead source', required: false, kind: 'boolean', advanced: true },
    { name: 'sendNotificationEmail', label: 'Tell the owner by e-mail', required: false, kind: 'boolean', advanced: true },
  ],
  input,
  output: {
    type: 'object',
    properties: {
      leadId: { type: 'string' },
      accountId: { type: ['string', 'null'] },
      contactId: { type: ['string', 'null'] },
      opportunityId: { type: ['string', 'null'] },
      alreadyConverted: { type: 'boolean' },
    },
  },
  sample: {
    leadId: '00Qxx000000abcdAAA',
    accountId: '001xx000003DGb2AAG',
    contactId: '003xx000004TmiQAAS',
    opportunityId: '006xx000001a2b3AAA',
    alreadyConverted: false,
  },
  async run(context, wanted) {
    const leadId = soqlId(wanted.leadId);
    const salesforce = await openSalesforce(context);
    const before = await leadState(salesforce, leadId);
    if (before.IsConverted) return outcomeOf(before, true);
    const convertedStatus = wanted.convertedStatus ?? (await firstConvertedStatus(salesforce));
    try {
      await convert(salesforce, { ...wanted, leadId, convertedStatus });
    } catch (error) {
      // Somebody may have been faster.
      const now = await leadState(salesforce, leadId).catch(() => before);
      if (!now.IsConverted) throw error;
      return outcomeOf(now, true);
    }
    return outcomeOf(await leadState(salesforce, leadId), false);
  },
});

function outcomeOf(lead: LeadState, alreadyConverted: boolean) {
  return {
    leadId: lead.Id,
    accountId: lead.ConvertedAccountId,
    contactId: lead.ConvertedContactId,
    opportunityId: lead.ConvertedOpportunityId,
    alreadyConverted,
  };
}

async function leadState(salesforce: Salesforce, leadId: string): Promise<LeadState> {
  const found = await salesforce.run(
    (connection) =>
      connection.query<Record<string, unknown>>(
        `SELECT Id, IsConverted, ConvertedAccountId, ConvertedContactId, ConvertedOpportunityId FROM Lead WHERE Id = ${soqlString(leadId)} LIMIT 1`,
      ),
    `Lead ${leadId}`,
  );
  const [lead] = found.records;
  if (lead === undefined)
    throw new WeftError({
      class: 'notFound',
      code: 'NOT_FOUND',
      message: `Salesforce has no Lead with id ${leadId}, or the integration user may not see it.`,
    });
  return lead as unknown as LeadState;
}

async function firstConvertedStatus(salesforce: Salesforce): Promise<string> {
  const found = await salesforce.run((connection) =>
    connection.query<{ MasterLabel: string }>('SELECT MasterLabel FROM LeadStatus WHERE IsConverted = true ORDER BY SortOrder LIMIT 1'),
  );
  return found.records[0]?.MasterLabel ?? 'Converted';
}

/** REST has no conversion; SOAP takes its elements in the order of the WSDL only. */
async function convert(salesforce: Salesforce, wanted: Wanted & { leadId: string; convertedStatus: string }): Promise<void> {
  const { SoapApi } = await import('@jsforce/jsforce-node/lib/api/soap.js');
  const createOpportunity = wanted.createOpportunity !== false;
  const order = {
    ...(wanted.accountId === undefined ? {} : { accountId: soqlId(wanted.accountId) }),
    ...(wanted.contactId === undefined ? {} : { contactId: soqlId(wanted.contactId) }),
    convertedStatus: wanted.convertedStatus,
    doNotCreateOpportunity: !createOpportunity,
    leadId: wanted.leadId,
    ...(createOpportunity && wanted.opportunityName !== undefined ? { opportunityName: wanted.opportunityName } : {}),
    overwriteLeadSource: wanted.overwriteLeadSource === true,
    ...(wanted.ownerId === undefined ? {} : { ownerId: soqlId(wanted.ownerId) }),
    sendNotificationEmail: wanted.sendNotificationEmail === true,
  };
  await salesforce.run(async (connection) => {
    const result = await new SoapApi(connection).convertLead(order);
    const errors = result.errors as unknown as { statusCode?: string; message?: string }[];
    if (!result.success) throw Object.assign(new Error('refused'), { errorCode: errors[0]?.statusCode, data: errors });
  }, `Lead ${wanted.leadId}`);
}
