import { randomUUID } from 'node:crypto';
import type { Rule } from './rule.ts';

/**
 * Levels a callback type may have, lower case: developer guide, "PSA Callbacks", table "Levels and Types". `site` is not in that
 * table; it is taken with everything or one company's.
 */
const LEVELS: Record<string, string[]> = {
  activity: ['owner', 'status', 'type', 'company', 'activity'],
  agreement: ['owner', 'type', 'company', 'agreement'],
  company: ['owner', 'status', 'type', 'territory', 'company', 'integratortag'],
  contact: ['owner', 'type', 'territory', 'company', 'contact'],
  configuration: ['owner', 'type', 'status', 'configuration'],
  invoice: ['owner', 'status', 'company', 'invoice'],
  expense: ['owner', 'chargetotype', 'type', 'class', 'company', 'expense'],
  member: ['owner', 'location', 'securityrole', 'member'],
  opportunity: ['owner', 'statusid', 'company', 'opportunity'],
  productcatalog: ['owner'],
  project: ['owner', 'status', 'board', 'project'],
  purchaseorder: ['owner', 'status', 'vendor', 'company', 'purchaseorder'],
  schedule: ['owner', 'status', 'type', 'location', 'member', 'schedule'],
  site: ['owner', 'company', 'site'],
  ticket: ['owner', 'board', 'project', 'phase', 'status', 'ticket', 'integratortag'],
  time: ['owner', 'company', 'time'],
};

/** Callback: address and level are checked, owner level means object 1, the same callback cannot be made twice. */
export const callbackRule: Rule = {
  beforeSave({ store, row, errors }, { before, actor }) {
    const { values } = row;
    const type = String(values['type'] ?? '').toLowerCase();
    const level = String(values['level'] ?? '').toLowerCase();
    if (values['url'] !== undefined && !isWebAddress(String(values['url']))) {
      errors.push({ code: 'InvalidField', message: 'Invalid URL', resource: 'callbackEntry', field: 'url' });
    }
    if (type && level && !LEVELS[type]?.includes(level)) {
      errors.push({
        code: 'InvalidObject',
        message: 'Unrecognized level for type, see documentation for supported levels for each type',
        resource: 'callbackEntry',
        field: 'level',
      });
    }
    if (level === 'owner' && values['objectId'] !== undefined) values['objectId'] = 1;
    const twin = store.find(
      'callback',
      (other) =>
        other.id !== row.id &&
        other.values['url'] === values['url'] &&
        other.values['objectId'] === values['objectId'] &&
        String(other.values['type']).toLowerCase() === type &&
        String(other.values['level']).toLowerCase() === level,
    );
    if (twin)
      errors.push({
        code: 'ObjectExists',
        message: 'A matching callback entry already exists',
        resource: 'callbackEntry',
        field: 'objectId',
      });
    for (const flag of ['inactiveFlag', 'isSoapCallbackFlag', 'isSelfSuppressedFlag']) values[flag] ??= false;
    values['payloadVersion'] ??= '3.0.0';
    if (before) return;
    values['memberId'] = store.find('member', (member) => member.values['identifier'] === actor)?.id;
    values['connectWiseID'] = randomUUID();
  },
};

function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s/]+/i.test(text) && URL.canParse(text);
}
