/** Custom fields, which people know by their caption and ConnectWise by a number. */
import { doNotRetry } from '@weft/connector-kit';
import type { CwRecord } from './client.ts';

export interface CustomField {
  readonly id: number;
  readonly caption: string;
  readonly type?: string;
  readonly entryMethod?: string;
  readonly value?: unknown;
}

/** The custom fields of a record; every definition of its screen is there, unset ones with value null. */
export function customFieldsOf(record: Readonly<Record<string, unknown>>): readonly CustomField[] {
  const fields = record['customFields'];
  return Array.isArray(fields) ? (fields as CustomField[]) : [];
}

/** A caption as it is compared: without case, spaces and marks, so that `SF_Id`, `sf id` and `SF Id` are one. */
export function captionKey(caption: string): string {
  return caption
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** The value of a custom field, trimmed of the invisible marks that pasted values carry. */
export function customValue(record: Readonly<Record<string, unknown>>, caption: string): unknown {
  const value = customFieldsOf(record).find((field) => captionKey(field.caption) === captionKey(caption))?.value;
  return typeof value === 'string' ? value.replace(/[\u200b-\u200f\u202a-\u202e\ufeff]/g, '').trim() : value;
}

/** Values wanted, by caption key or by `#id`. */
export type CustomValues = ReadonlyMap<string, { readonly name: string; readonly value: unknown }>;

/**
 * Takes custom fields out of a record as people write them: `customFields: [{ caption | id, value }]`,
 * `customFields: { "SF_Id": … }`, or members named `customField:SF Id`. Gives the rest and the values wanted.
 */
export function splitCustomFields(record: Readonly<Record<string, unknown>>): { fields: Record<string, unknown>; custom: CustomValues } {
  const fields: Record<string, unknown> = {};
  const custom = new Map<string, { name: string; value: unknown }>();
  const want = (name: string, value: unknown): void => {
    if (value !== undefined) custom.set(/^#\d+$/.test(name) ? name : captionKey(name), { name, value });
  };
  for (const [name, value] of Object.entries(record)) {
    const caption = /^customField:(.+)$/i.exec(name)?.[1];
    if (caption !== undefined) want(caption, value);
    else if (name !== 'customFields') fields[name] = value;
    else if (Array.isArray(value))
      for (const item of value as { id?: number; caption?: string; value?: unknown }[])
        want(item.caption ?? `#${item.id}`, item.value ?? null);
    else if (typeof value === 'object' && value !== null) for (const [key, member] of Object.entries(value)) want(key, member);
  }
  return { fields, custom };
}

/**
 * The full array to send: every definition with its present value, overlaid by what is wanted. The full array is
 * right whether the server merges by id or replaces all. Throws `invalid` for a caption that does not exist.
 */
export function overlayCustomFields(
  present: readonly CustomField[],
  wanted: CustomValues,
): { id: number; caption: string; value: unknown }[] {
  const unused = new Map(wanted);
  const all = present.map((field) => {
    const key = [captionKey(field.caption), `#${field.id}`].find((candidate) => unused.has(candidate));
    const overlay = key === undefined ? undefined : unused.get(key);
    if (key !== undefined) unused.delete(key);
    return { id: field.id, caption: field.caption, value: overlay === undefined ? (field.value ?? null) : overlay.value };
  });
  if (unused.size > 0) {
    const names = [...unused.values()].map((field) => `"${field.name}"`).join(', ');
    const known = present.map((field) => `"${field.caption}"`).join(', ');
    throw doNotRetry(
      `ConnectWise has no custom field ${names} here. ${known === '' ? 'There are none; an administrator creates them under Setup Tables › Custom Fields.' : `There are: ${known}.`}`,
      { code: 'custom_field_unknown' },
    );
  }
  return all;
}

/** Whether a record already holds all values wanted. */
export function holdsCustomValues(record: CwRecord, wanted: CustomValues): boolean {
  const present = customFieldsOf(record);
  return [...wanted].every(([key, { value }]) => {
    const field = present.find((candidate) => captionKey(candidate.caption) === key || `#${candidate.id}` === key);
    return field !== undefined && (field.value ?? null) === (value ?? null);
  });
}
