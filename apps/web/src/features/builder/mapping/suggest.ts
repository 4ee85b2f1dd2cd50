/** Proposes sources for target fields by comparing names and labels. Deterministic; says how alike they are. Pure. */
import type { RecordField } from '@weft/workflow';
import type { DataRow } from '../data/data-tree.ts';

export interface Suggestion {
  readonly to: string;
  readonly row: DataRow;
  /** 0 to 1. */
  readonly confidence: number;
}

/** Least likeness that is proposed. */
const THRESHOLD = 0.72;

/** Words that mean the same in the systems people connect. */
const SAME: Readonly<Record<string, string>> = {
  organisation: 'account',
  organization: 'account',
  company: 'account',
  firstname: 'first name',
  lastname: 'last name',
  zip: 'postal code',
  postalcode: 'postal code',
  postcode: 'postal code',
  telephone: 'phone',
  phonenumber: 'phone',
  mobilephone: 'mobile',
  emailaddress: 'email',
  mail: 'email',
  url: 'website',
  addressline1: 'street',
  line1: 'street',
  billingstreet: 'street',
  billingcity: 'city',
  billingstate: 'state',
  billingcountry: 'country',
  billingpostalcode: 'postal code',
  employees: 'number of employees',
  numberofemployees: 'number of employees',
};

/** The best source for each target field that has none; each source at its best. */
export function suggest(fields: readonly RecordField[], mapped: ReadonlySet<string>, rows: readonly DataRow[]): Suggestion[] {
  const leaves = rows.filter((row) => !row.hasChildren && row.type !== 'list' && row.type !== 'object');
  return fields
    .filter((field) => field.readOnly !== true && !mapped.has(field.name))
    .flatMap((field) => {
      let best: Suggestion | undefined;
      for (const row of leaves) {
        const confidence = likeness(field, row);
        if (confidence >= THRESHOLD && confidence > (best?.confidence ?? 0)) best = { to: field.name, row, confidence };
      }
      return best === undefined ? [] : [best];
    })
    .sort((a, b) => b.confidence - a.confidence);
}

/** How alike a field and a value's name are, a little less when their types differ. */
export function likeness(field: Pick<RecordField, 'name' | 'label' | 'type'>, row: Pick<DataRow, 'label' | 'path' | 'type'>): number {
  const key = String(row.path.at(-1) ?? '');
  const pairs = [field.name, field.label, field.name.split('.').at(-1) ?? ''].flatMap((target) =>
    [key, row.label].map((source) => alike(target, source)),
  );
  const penalty = typesFit(field.type, row.type) ? 0 : 0.2;
  return Math.max(0, Math.max(...pairs) - penalty);
}

function typesFit(target: RecordField['type'], source: DataRow['type']): boolean {
  if (source === 'empty') return true;
  if (target === 'number') return source === 'number';
  if (target === 'boolean') return source === 'boolean';
  if (target === 'date' || target === 'dateTime') return source === 'date';
  return source !== 'boolean';
}

/** Dice's coefficient over pairs of letters, 1 for the same word. */
function alike(a: string, b: string): number {
  const [left, right] = [normal(a), normal(b)];
  if (left === '' || right === '') return 0;
  if (left === right) return 1;
  const pairs = (text: string) => Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2));
  const rest = pairs(right);
  const total = pairs(left).length + rest.length;
  let common = 0;
  for (const pair of pairs(left)) {
    const at = rest.indexOf(pair);
    if (at === -1) continue;
    rest.splice(at, 1);
    common += 1;
  }
  return total === 0 ? 0 : (2 * common) / total;
}

function normal(text: string): string {
  const joined = text
    .replace(/__c$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '');
  return (SAME[joined] ?? joined).replace(/\s+/g, '');
}
