import type { Json } from '../http.ts';
import { isObject } from '../http.ts';
import { ENTITIES } from './entities.ts';
import { invalidObject, recordNotFound } from './errors.ts';
import { removeWithChildren } from './records.ts';
import { refId, type Store } from './store.ts';

/** Members of a merge request → the company's fields that follow the choice “From”. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  name: ['name'],
  identifier: ['identifier'],
  status: ['status'],
  type: ['types'],
  primaryAddress: ['addressLine1', 'addressLine2', 'city', 'state', 'zip', 'country'],
  primaryContact: ['defaultContact'],
  phone: ['phoneNumber'],
  fax: ['faxNumber'],
  website: ['website'],
  market: ['market'],
  territory: ['territory'],
  revenue: ['annualRevenue'],
  revenueYear: ['revenueYear'],
  numberOfEmployees: ['numberOfEmployees'],
  dateAcquired: ['dateAcquired'],
};

/**
 * POST /company/companies/{id}/merge: everything that belongs to the company goes over to another, which keeps its own
 * values except where the request says “From”; then the company is gone.
 */
export function mergeCompany(store: Store, given: { fromId: number; body: Json; actor: string }): Json {
  const { fromId, body, actor } = given;
  const resource = 'companyMerge';
  const toId = Number(body['toCompanyId']);
  if (body['toCompanyId'] === undefined || body['toCompanyId'] === null)
    throw invalidObject(resource, [
      { code: 'MissingRequiredField', message: 'The toCompanyId field is required.', resource, field: 'toCompanyId' },
    ]);
  const from = store.get('company', fromId);
  const to = store.get('company', toId);
  if (!from) throw recordNotFound('Company', fromId);
  if (!to || toId === fromId)
    throw invalidObject(resource, [{ code: 'NotFound', message: `Company ${toId} not found`, resource, field: 'toCompanyId' }]);
  const values = { ...to.values };
  for (const [choice, fields] of Object.entries(CHOICES))
    if (String(body[choice]).toLowerCase() === 'from') for (const field of fields) values[field] = from.values[field];
  moveReferences(store, 'company', { fromId, toId, actor });
  removeWithChildren(store, { entity: 'company', id: fromId, actor });
  store.commit('company', { ...to, values }, { actor });
  return { success: true, message: `Company ${fromId} was merged into company ${toId}.` };
}

/** DELETE of a contact with `transferContactId`: what was the contact's becomes the other's. */
export function transferContact(store: Store, given: { fromId: number; toId: number; actor: string }): void {
  if (!store.get('contact', given.toId) || given.toId === given.fromId)
    throw invalidObject('contact', [
      { code: 'NotFound', message: `Contact ${given.toId} not found`, resource: 'contact', field: 'transferContactId' },
    ]);
  moveReferences(store, 'contact', given);
}

/** Every reference to one record, in any object, becomes one to the other; its types stay its own. */
function moveReferences(store: Store, target: string, given: { fromId: number; toId: number; actor: string }): void {
  for (const entity of ENTITIES.values()) {
    const fields = Object.values(entity.fields).filter((field) => field.entity === target);
    if (fields.length === 0 || entity.name === `${target}TypeAssociation`) continue;
    for (const row of store.all(entity.name)) {
      const moved = fields.filter((field) => isObject(row.values[field.name]) && refId(row.values[field.name]) === given.fromId);
      if (moved.length === 0 || (entity.name === target && row.id === given.fromId)) continue;
      const values = { ...row.values, ...Object.fromEntries(moved.map((field) => [field.name, { id: given.toId }])) };
      store.commit(entity.name, { ...row, values }, { actor: given.actor });
    }
  }
}
