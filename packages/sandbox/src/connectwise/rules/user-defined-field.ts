import { randomUUID } from 'node:crypto';
import { isObject } from '../../http.ts';
import type { Rule } from './rule.ts';

/** User defined field: belongs to the object whose screen (podId) it is on; its options are numbered. */
export const userDefinedFieldRule: Rule = {
  beforeSave({ store, row, errors }) {
    const sibling = store.find('userDefinedField', (other) => other.values['podId'] === row.values['podId'] && other.id !== row.id);
    const object = row.values['_object'] ?? sibling?.values['_object'];
    if (object === undefined) {
      errors.push({
        code: 'NotFound',
        message: `Pod ${String(row.values['podId'])} not found`,
        resource: 'userDefinedField',
        field: 'podId',
      });
    }
    row.values['_object'] = object;
    const options = Array.isArray(row.values['options']) ? row.values['options'].filter(isObject) : [];
    row.values['options'] = options.map((option, index) => ({
      id: index + 1,
      defaultFlag: false,
      inactiveFlag: false,
      sortOrder: index,
      ...option,
    }));
    row.values['entryTypeIdentifier'] ??= options.length > 0 ? 'List' : 'EntryField';
    row.values['numberDecimals'] ??= 0;
    row.values['_connectWiseId'] ??= randomUUID();
  },
};
