import type { SalesforceObject } from '../schema/object.ts';
import { escapeXml } from '../soap/xml.ts';
import type { Fields } from '../store.ts';

interface Notification {
  orgId: string;
  origin: string;
  message: { id: string; fields: string[] };
  notificationId: string;
  object: SalesforceObject;
  record: Fields;
}

/** The SOAP body of an outbound message with one notification; empty fields are left out. */
export function notificationsXml(given: Notification): string {
  const { object, record, message, origin } = given;
  const names = ['Id', ...message.fields.filter((field) => field.toLowerCase() !== 'id')];
  const fields = names
    .map((name) => object.byName.get(name.toLowerCase())?.name ?? name)
    .filter((name) => record[name] !== null && record[name] !== undefined)
    .map((name) => `<sf:${name}>${escapeXml(textOf(record[name]))}</sf:${name}>`)
    .join('');
  const short = given.orgId.slice(0, 15);
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${given.orgId}</OrganizationId><ActionId>${message.id}</ActionId><SessionId xsi:nil="true"/><EnterpriseUrl>${escapeXml(origin)}/services/Soap/c/66.0/${short}</EnterpriseUrl><PartnerUrl>${escapeXml(origin)}/services/Soap/u/66.0/${short}</PartnerUrl><Notification><Id>${given.notificationId}</Id><sObject xsi:type="sf:${object.name}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${fields}</sObject></Notification></notifications></soapenv:Body></soapenv:Envelope>`;
}

/** Values as SOAP writes them: moments end in Z. */
function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value).replace(/\+0000$/, 'Z');
}
