import { customValue } from '../connectwise/custom-fields.ts';
import { entityOf } from '../connectwise/entities.ts';
import type { Store } from '../connectwise/store.ts';
import type { SalesforceStore } from '../salesforce/store.ts';

/** Companies and contacts that carry a Salesforce id: their account or contact carries theirs, as an earlier sync left it. */
export function linkBack(psa: Store, crm: SalesforceStore): void {
  for (const [entityName, object, field] of [
    ['company', 'Account', 'CW_Company_Id__c'],
    ['contact', 'Contact', 'CW_Contact_Id__c'],
  ] as const) {
    const entity = entityOf(entityName);
    for (const row of psa.all(entityName)) {
      const id = customValue(psa, { entity, row, caption: 'SF Id' });
      const record = typeof id === 'string' ? crm.get(object, id) : undefined;
      if (record) crm.seed(object, { ...record, [field]: String(row.id) });
    }
  }
}
