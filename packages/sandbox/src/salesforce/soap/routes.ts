import type { ApiReply, ApiRequest } from '../../http.ts';
import type { Quirks } from '../../quirks.ts';
import { SalesforceError } from '../errors.ts';
import type { Session, Sessions } from '../sessions.ts';
import type { SalesforceStore } from '../store.ts';
import type { WriteOptions } from '../write.ts';
import { convertLead, type LeadConvert, type LeadConverted } from './convert-lead.ts';
import { childText, elementAt, escapeXml, parseXml, type XmlElement } from './xml.ts';

interface SoapContext {
  store: SalesforceStore;
  sessions: Sessions;
  quirks: Quirks;
}

/** /services/Soap/u/{version}: the partner API as far as lead conversion, which REST does not have. */
export function soapReply(context: SoapContext, request: ApiRequest): ApiReply {
  const envelope = parseXml(request.body);
  const call = elementAt(envelope, 'Body')?.children[0];
  if (!envelope || !call) return fault('soapenv:Client', 'The request is not a SOAP envelope');
  const token = elementAt(envelope, 'Header', 'SessionHeader', 'sessionId')?.text ?? '';
  const session = context.quirks.alwaysExpired ? undefined : context.sessions.find(token);
  if (!session) return fault('sf:INVALID_SESSION_ID', 'INVALID_SESSION_ID: Invalid Session ID found in SessionHeader: Illegal Session');
  if (call.name === 'getServerTimestamp') return respond(call.name, `<result><timestamp>${context.store.now()}</timestamp></result>`);
  if (call.name !== 'convertLead')
    return fault('soapenv:Client', `No operation available for request {urn:partner.soap.sforce.com}${call.name}`);
  const converts = call.children.filter((child) => child.name === 'leadConverts');
  if (converts.length > 100)
    return fault('sf:EXCEEDED_ID_LIMIT', 'EXCEEDED_ID_LIMIT: record limit reached. cannot submit more than 100 records into this call');
  const options = writeOptions(context, { session, envelope, version: /\/(\d+)(?:\.\d+)?\/?$/.exec(request.path)?.[1] ?? '66' });
  return respond(call.name, converts.map((convert) => resultXml(context.store, readConvert(convert), options)).join(''));
}

function writeOptions(context: SoapContext, given: { session: Session; envelope: XmlElement; version: string }): WriteOptions {
  const client = elementAt(given.envelope, 'Header', 'CallOptions', 'client')?.text;
  return {
    actor: given.session.userId,
    quirks: context.quirks,
    origin: `com/salesforce/api/soap/${given.version}.0${client ? `;client=${client}` : ''}`,
  };
}

function readConvert(element: XmlElement): LeadConvert {
  const text = (name: string) => childText(element, name);
  const optional = (name: 'accountId' | 'contactId' | 'opportunityId' | 'opportunityName' | 'ownerId') => {
    const value = text(name);
    return value === undefined ? {} : { [name]: value };
  };
  return {
    leadId: text('leadId') ?? '',
    convertedStatus: text('convertedStatus') ?? '',
    doNotCreateOpportunity: text('doNotCreateOpportunity') === 'true',
    overwriteLeadSource: text('overwriteLeadSource') === 'true',
    ...optional('accountId'),
    ...optional('contactId'),
    ...optional('opportunityId'),
    ...optional('opportunityName'),
    ...optional('ownerId'),
  };
}

/** One `result`: each lead succeeds or fails by itself, wholly. */
function resultXml(store: SalesforceStore, convert: LeadConvert, options: WriteOptions): string {
  const transaction = store.begin();
  try {
    const done = convertLead(store, convert, options);
    transaction.commit();
    return `<result>${idsXml(done)}<success>true</success></result>`;
  } catch (error) {
    transaction.rollback();
    if (!(error instanceof SalesforceError)) throw error;
    const errors = error.problems
      .map(
        (problem) =>
          `<errors>${(problem.fields ?? []).map((field) => `<fields>${escapeXml(field)}</fields>`).join('')}<message>${escapeXml(problem.message)}</message><statusCode>${problem.errorCode}</statusCode></errors>`,
      )
      .join('');
    const none = '<accountId xsi:nil="true"/><contactId xsi:nil="true"/>';
    return `<result>${none}${errors}<leadId>${escapeXml(convert.leadId)}</leadId><opportunityId xsi:nil="true"/><success>false</success></result>`;
  }
}

function idsXml(done: LeadConverted): string {
  const deal = done.opportunityId === null ? '<opportunityId xsi:nil="true"/>' : `<opportunityId>${done.opportunityId}</opportunityId>`;
  return `<accountId>${done.accountId}</accountId><contactId>${done.contactId}</contactId><leadId>${done.leadId}</leadId>${deal}`;
}

function respond(call: string, results: string): ApiReply {
  return xml(200, `<${call}Response>${results}</${call}Response>`);
}

function fault(code: string, message: string): ApiReply {
  return xml(500, `<soapenv:Fault><faultcode>${code}</faultcode><faultstring>${escapeXml(message)}</faultstring></soapenv:Fault>`);
}

function xml(status: number, body: string): ApiReply {
  const text = `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;
  return { status, headers: { 'content-type': 'text/xml; charset=utf-8' }, text };
}
