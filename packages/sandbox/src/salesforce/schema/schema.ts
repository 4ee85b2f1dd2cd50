import { type ObjectEntry, type SalesforceObject, withCurrency } from './object.ts';
import { ORG } from './org.ts';
import { PEOPLE } from './people.ts';
import { SALES } from './sales.ts';
import { SERVICE } from './service.ts';

const ENTRIES: ObjectEntry[] = [...PEOPLE, ...SALES, ...SERVICE, ...ORG];

/** The objects of an org. Names are not case-sensitive. */
export class Schema {
  readonly objects: readonly SalesforceObject[];
  readonly #byName: ReadonlyMap<string, SalesforceObject>;
  readonly #byPrefix: ReadonlyMap<string, SalesforceObject>;

  constructor(entries: ObjectEntry[]) {
    this.objects = entries.map((entry) => ({
      ...entry,
      byName: new Map(entry.fields.map((field) => [field.name.toLowerCase(), field])),
      schema: this,
    }));
    this.#byName = new Map(this.objects.map((object) => [object.name.toLowerCase(), object]));
    this.#byPrefix = new Map(this.objects.map((object) => [object.keyPrefix, object]));
  }

  /** The object of that name, or undefined. */
  find(name: string): SalesforceObject | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  /** The object to which an id belongs, by its first three characters. */
  ofId(id: string): SalesforceObject | undefined {
    return this.#byPrefix.get(id.slice(0, 3));
  }
}

const SINGLE_CURRENCY = new Schema(ENTRIES.filter((entry) => !entry.isMultiCurrencyOnly));
const MULTI_CURRENCY = new Schema(ENTRIES.map(withCurrency));

const withoutFields = new Map<string, Schema>();

/** The schema of an org with one currency, or with several: only the latter knows CurrencyIsoCode. Some fields may be hidden. */
export function schemaOf(org: { isMultiCurrency: boolean; hiddenFields?: readonly string[] }): Schema {
  const full = org.isMultiCurrency ? MULTI_CURRENCY : SINGLE_CURRENCY;
  const hidden = (org.hiddenFields ?? []).map((name) => name.toLowerCase());
  if (hidden.length === 0) return full;
  const key = `${org.isMultiCurrency} ${hidden.toSorted().join(' ')}`;
  const isSeen = (object: string, field: string): boolean => !hidden.includes(`${object}.${field}`.toLowerCase());
  const schema =
    withoutFields.get(key) ??
    new Schema(full.objects.map((object) => ({ ...object, fields: object.fields.filter((field) => isSeen(object.name, field.name)) })));
  withoutFields.set(key, schema);
  return schema;
}
