import type { CommunicationItem, Row, Store } from '../store.ts';
import { refId } from '../store.ts';
import { communicationKind } from '../view.ts';
import type { Rule } from './rule.ts';
import { associateTypes } from './type-association.ts';

/** Contact: one default per kind of communication item, mirrors of the default phone, the company's default contact. */
export const contactRule: Rule = {
  beforeSave({ store, row }, { before }) {
    const items = (row.values['communicationItems'] as CommunicationItem[] | undefined) ?? [];
    for (const item of items) if (item.id === 0) item.id = store.nextId('contactCommunication');
    row.values['communicationItems'] = settleDefaults(store, items, before);
    mirrorPhone(store, row);
    for (const flag of [
      'inactiveFlag',
      'unsubscribeFlag',
      'defaultFlag',
      'marriedFlag',
      'childrenFlag',
      'disablePortalLoginFlag',
      'defaultBillingFlag',
    ])
      row.values[flag] ??= false;
  },
  afterSave(write, { before, actor }) {
    const { store, row } = write;
    if (!before) associateTypes(write, 'contact', actor);
    const companyId = refId(row.values['company']);
    if (companyId === undefined || row.values['defaultFlag'] !== true) return;
    for (const other of store.filter('contact', (candidate) => candidate.id !== row.id && refId(candidate.values['company']) === companyId))
      other.values['defaultFlag'] = false;
    const company = store.get('company', companyId);
    if (company) company.values['defaultContact'] = { id: row.id };
  },
};

/** A newly set default beats the one before; a kind without any default gets its first item. */
function settleDefaults(store: Store, items: CommunicationItem[], before: Row | undefined): CommunicationItem[] {
  const old = (before?.values['communicationItems'] as CommunicationItem[] | undefined) ?? [];
  for (const kind of ['Email', 'Phone', 'Fax']) {
    const ofKind = items.filter((item) => communicationKind(store, item.type.id) === kind);
    const defaults = ofKind.filter((item) => item.defaultFlag);
    const fresh = defaults.findLast((item) => !old.some((other) => other.id === item.id && other.defaultFlag));
    const chosen = fresh ?? defaults[0] ?? ofKind[0];
    for (const item of ofKind) item.defaultFlag = item === chosen;
  }
  return items;
}

function mirrorPhone(store: Store, row: Row): void {
  const items = row.values['communicationItems'] as CommunicationItem[];
  const phone = items.find((item) => item.defaultFlag && communicationKind(store, item.type.id) === 'Phone');
  if (!phone) {
    for (const field of ['defaultPhoneType', 'defaultPhoneNbr', 'defaultPhoneExtension']) delete row.values[field];
    return;
  }
  row.values['defaultPhoneType'] = store.get('communicationType', phone.type.id)?.values['description'];
  row.values['defaultPhoneNbr'] = phone.value;
  if (phone.extension) row.values['defaultPhoneExtension'] = phone.extension;
}
