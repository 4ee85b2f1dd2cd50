import type { Rule } from './rule.ts';

/** Member: identifier unique, e-mail of the office unless another is named. */
export const memberRule: Rule = {
  beforeSave({ store, row, errors }) {
    const identifier = String(row.values['identifier'] ?? '').toLowerCase();
    const taken = store.find('member', (other) => other.id !== row.id && String(other.values['identifier']).toLowerCase() === identifier);
    if (identifier && taken)
      errors.push({ code: 'ObjectExists', message: 'Member ID already in use.', resource: 'member', field: 'identifier' });
    if (row.values['officeEmail'] !== undefined) row.values['primaryEmail'] ??= row.values['officeEmail'];
    row.values['inactiveFlag'] ??= false;
  },
};
