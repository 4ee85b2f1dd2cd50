import { ConnectWiseError } from '../errors.ts';
import { refId } from '../store.ts';
import type { Rule } from './rule.ts';
import { associateTypes } from './type-association.ts';

/** Company: identifier unique, default status, a "Main" site of its own, types only at creation. */
export const companyRule: Rule = {
  beforeSave(write, { before }) {
    const { store, row, errors } = write;
    const identifier = row.values['identifier'];
    if (typeof identifier === 'string' && identifier) {
      const isTaken = store.withText('company', 'identifier', identifier).some((other) => other.id !== row.id);
      if (isTaken) errors.push({ code: 'ObjectExists', message: 'Company ID already in use.', resource: 'company', field: 'identifier' });
    }
    if (before) return;
    const status = store.find('companyStatus', (candidate) => candidate.values['defaultFlag'] === true);
    if (status) row.values['status'] ??= { id: status.id };
    row.values['dateAcquired'] ??= store.now();
    for (const flag of ['leadFlag', 'unsubscribeFlag', 'deletedFlag', 'isVendorFlag']) row.values[flag] ??= false;
  },
  afterSave(write, { before, actor }) {
    const { store, row } = write;
    if (before) return;
    const given = refId(row.values['site']);
    if (given === undefined || given === 0) {
      const site = store.draft('companySite', actor);
      site.values = { name: 'Main', company: { id: row.id }, primaryAddressFlag: true, inactiveFlag: false };
      for (const field of ['addressLine1', 'addressLine2', 'city', 'zip', 'country', 'phoneNumber']) {
        if (row.values[field] !== undefined) site.values[field] = row.values[field];
      }
      store.commit('companySite', site, { actor, isSilent: true });
      row.values['site'] = { id: site.id };
    }
    associateTypes(write, 'company', actor);
  },
  beforeDelete({ store, row }) {
    const isUsed = ['ticket', 'contact', 'project', 'agreement'].some((entity) =>
      store.find(entity, (other) => refId(other.values['company']) === row.id),
    );
    if (isUsed) throw new ConnectWiseError(409, { code: 'Conflict', message: `Company ${row.id} is in use and cannot be deleted.` });
  },
};
