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
  readonly value?: string | null;
  readonly defaultFlag?: boolean;
  readonly communicationType?: string;
}

/**
 * Wanted items against those there are. One that is to be the default of its kind takes the place of the present default,
 * whatever its type, unless the value is there already; one without a value is taken away. Others are matched by id or type,
 * and what matches none is added at the end. Items that are not mentioned stay.
 *
 * Places count by the list as it is when an operation is applied: so values first, then removals from behind, then additions.
 */
function communicationOperations(current: CwRecord, wanted: readonly CommunicationItem[]): PatchOperation[] {
  const present = Array.isArray(current['communicationItems']) ? (current['communicationItems'] as CommunicationItem[]) : [];
  const replaced: PatchOperation[] = [];
  const removed = new Set<number>();
  const added: CommunicationItem[] = [];
  for (const item of wanted) {
    const at = placeOf(present, item);
    const found = present[at];
    if (item.value === null) {
      if (found !== undefined) removed.add(at);
    } else if (found === undefined) added.push(item);
    else {
      if (item.value !== found.value) replaced.push({ op: 'replace', path: `/communicationItems/${at}/value`, value: item.value });
      if (item.defaultFlag === true && found.defaultFlag !== true)
        replaced.push({ op: 'replace', path: `/communicationItems/${at}/defaultFlag`, value: true });
    }
  }
  const left = present.length - removed.size;
  return [
    ...replaced,
    ...[...removed].toSorted((a, b) => b - a).map((at): PatchOperation => ({ op: 'remove', path: `/communicationItems/${at}` })),
    ...added.map((value, index): PatchOperation => ({ op: 'add', path: `/communicationItems/${left + index}`, value })),
  ];
}

/** Where among the present items the wanted one is; -1 for none. */
function placeOf(present: readonly CommunicationItem[], item: CommunicationItem): number {
  if (item.id !== undefined) return present.findIndex(({ id }) => id === item.id);
  const isOfKind = (one: CommunicationItem): boolean =>
    item.communicationType !== undefined && one.communicationType === item.communicationType;
  const isOfType = (one: CommunicationItem): boolean => item.type?.id !== undefined && String(one.type?.id) === String(item.type.id);
  const tries: ((one: CommunicationItem) => boolean)[] = [
    (one) => (isOfKind(one) || isOfType(one)) && typeof item.value === 'string' && isSameAddress(item, one),
    (one) => item.defaultFlag === true && isOfKind(one) && one.defaultFlag === true,
    isOfType,
    (one) => item.value === null && isOfKind(one),
  ];
  return tries.map((fits) => present.findIndex(fits)).find((at) => at >= 0) ?? -1;
}

/** Whether two items are one address or number; of addresses the case does not count. */
function isSameAddress(a: CommunicationItem, b: CommunicationItem): boolean {
  const [one, other] = [a, b].map(({ value }) => (value ?? '').trim());
  return b.communicationType === 'Email' ? one?.toLowerCase() === other?.toLowerCase() : one === other;
}
