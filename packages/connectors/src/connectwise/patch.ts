/**
 * Changes as the vendor's PATCH takes them: bare member names, references replaced whole (a path into one is answered
 * 200 and ignored), custom fields always as the full array (left out, some objects refuse the whole PATCH).
 */
import { doNotRetry } from '@weft/connector-kit';
import type { CwRecord, PatchOperation } from './client.ts';
import { customFieldsOf, holdsCustomValues, overlayCustomFields, splitCustomFields } from './custom-fields.ts';

/** The operations that lead from `current` to `changes`; empty when nothing would change. */
export function buildPatch(current: CwRecord, changes: Readonly<Record<string, unknown>>): PatchOperation[] {
  const { fields, custom } = splitCustomFields(changes);
  const { communicationItems, ...plain } = fields;
  const operations: PatchOperation[] = [];
  for (const [path, value] of Object.entries(plain)) {
    // A path of several steps would reach into what only looks like a field.
    if (!/^[A-Za-z_]\w*$/.test(path)) throw doNotRetry(`ConnectWise has no field "${path}".`, { code: 'name_malformed' });
    if (value === undefined || isSame(Object.hasOwn(current, path) ? current[path] : undefined, value)) continue;
    operations.push({ op: 'replace', path, value });
  }
  if (Array.isArray(communicationItems)) operations.push(...communicationOperations(current, communicationItems as CommunicationItem[]));
  const changesCustom = custom.size > 0 && !holdsCustomValues(current, custom);
  const present = customFieldsOf(current);
  if (changesCustom || (operations.length > 0 && present.length > 0)) {
    operations.push({ op: 'replace', path: 'customFields', value: overlayCustomFields(present, custom) });
  }
  return operations;
}

/** Whether a member has the wanted value already. Of a reference only what is wanted is compared; case of keys like `{ identifier }` does not count. */
function isSame(present: unknown, wanted: unknown): boolean {
  if (present === undefined || present === null) return wanted === null;
  if (wanted === null) return isUnsetReference(present);
  if (typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted) && typeof present === 'object') {
    const reference = present as Record<string, unknown>;
    return Object.entries(wanted).every(([key, value]) => String(reference[key] ?? '').toLowerCase() === String(value ?? '').toLowerCase());
  }
  return JSON.stringify(present) === JSON.stringify(wanted);
}

/** An unset reference may be shown as `{}`, or hold nothing but links. */
function isUnsetReference(present: unknown): boolean {
  return typeof present === 'object' && present !== null && !Array.isArray(present) && Object.keys(present).every((key) => key === '_info');
}

/** One e-mail address, phone or fax number of a contact. */
export interface CommunicationItem {
  readonly id?: number;
  readonly type?: { readonly id?: number | string; readonly name?: string };
  readonly value?: string;
  readonly defaultFlag?: boolean;
  readonly communicationType?: string;
}

/**
 * Wanted items are matched to present ones by type: the value of the first of that type is replaced, what has none is
 * added at the end. Items that are not mentioned stay.
 */
function communicationOperations(current: CwRecord, wanted: readonly CommunicationItem[]): PatchOperation[] {
  const present = Array.isArray(current['communicationItems']) ? (current['communicationItems'] as CommunicationItem[]) : [];
  const operations: PatchOperation[] = [];
  let length = present.length;
  for (const item of wanted) {
    const at = present.findIndex((candidate) =>
      item.id !== undefined ? candidate.id === item.id : String(candidate.type?.id) === String(item.type?.id),
    );
    if (at < 0) {
      operations.push({ op: 'add', path: `/communicationItems/${length}`, value: item });
      length += 1;
    } else if (present[at]?.value !== item.value)
      operations.push({ op: 'replace', path: `/communicationItems/${at}/value`, value: item.value });
  }
  return operations;
}
