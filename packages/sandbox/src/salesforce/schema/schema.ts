import type { SalesforceField } from './fields.ts';
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

const changed = new Map<string, Schema>();

/** What an administrator made of the objects. Fields as `Account.Phone`, picklist values as `Case.Status.Working`. */
export interface OrgSetup {
  readonly isMultiCurrency: boolean;
  readonly hiddenFields?: readonly string[];
  readonly retiredPicklistValues?: readonly string[];
}

/** The schema of an org with one currency, or with several: only the latter knows CurrencyIsoCode. */
export function schemaOf(org: OrgSetup): Schema {
  const full = org.isMultiCurrency ? MULTI_CURRENCY : SINGLE_CURRENCY;
  const hidden = new Set(org.hiddenFields?.map((name) => name.toLowerCase()));
  const retired = new Set(org.retiredPicklistValues?.map((name) => name.toLowerCase()));
  if (hidden.size === 0 && retired.size === 0) return full;
  const key = JSON.stringify([org.isMultiCurrency, [...hidden].toSorted(), [...retired].toSorted()]);
  const schema = changed.get(key) ?? new Schema(full.objects.map((object) => ({ ...object, fields: fieldsLeft(object, hidden, retired) })));
  changed.set(key, schema);
  return schema;
}

/** The fields of an object that are to be seen, their picklists less what was retired; a retired default is none any more. */
function fieldsLeft(object: ObjectEntry, hidden: ReadonlySet<string>, retired: ReadonlySet<string>): SalesforceField[] {
  return object.fields.flatMap((field) => {
    const name = `${object.name}.${field.name}`.toLowerCase();
    if (hidden.has(name)) return [];
    const picklist = field.picklist.filter((value) => !retired.has(`${name}.${value}`.toLowerCase()));
    if (picklist.length === field.picklist.length) return field;
    const { defaultValue, ...rest } = field;
    const isDefaulted = picklist.includes(String(defaultValue));
    return { ...rest, picklist, isDefaultedOnCreate: isDefaulted, ...(isDefaulted ? { defaultValue } : {}) };
  });
}
