/** A field as `describe` tells it, less what follows from the rest. */
export interface SalesforceField {
  name: string;
  label: string;
  type:
    | 'id'
    | 'string'
    | 'textarea'
    | 'email'
    | 'phone'
    | 'url'
    | 'picklist'
    | 'multipicklist'
    | 'reference'
    | 'boolean'
    | 'int'
    | 'double'
    | 'currency'
    | 'percent'
    | 'date'
    | 'datetime'
    | 'address';
  length: number;
  isNillable: boolean;
  isCreateable: boolean;
  isUpdateable: boolean;
  isDefaultedOnCreate: boolean;
  isExternalId: boolean;
  isUnique: boolean;
  isIdLookup: boolean;
  isRestricted: boolean;
  referenceTo: string[];
  relationshipName: string | null;
  /** Name of the list on the parent's side, for subqueries. */
  childRelationship?: string;
  picklist: string[];
  defaultValue?: unknown;
}

type Options = Partial<Omit<SalesforceField, 'name' | 'type' | 'picklist'>> & { isRequired?: boolean };

function field(name: string, type: SalesforceField['type'], options: Options & { picklist?: string[] } = {}): SalesforceField {
  const { isRequired = false, ...rest } = options;
  return {
    name,
    type,
    label: labelOf(name),
    length: 0,
    isNillable: !isRequired,
    isCreateable: true,
    isUpdateable: true,
    isDefaultedOnCreate: rest.defaultValue !== undefined,
    isExternalId: false,
    isUnique: false,
    isIdLookup: rest.isExternalId === true,
    isRestricted: false,
    referenceTo: [],
    relationshipName: null,
    picklist: [],
    ...rest,
  };
}

function labelOf(name: string): string {
  if (name.endsWith('__c')) return name.slice(0, -3).replaceAll('_', ' ');
  return name
    .replace(/Id$/, ' ID')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .trim();
}

/** Text of a given length. */
export const text = (name: string, length: number, options: Options = {}) => field(name, 'string', { length, ...options });
/** Long text. */
export const longText = (name: string, length = 32_000, options: Options = {}) => field(name, 'textarea', { length, ...options });
/** E-mail, phone, address of a page. */
export const email = (name: string, options: Options = {}) => field(name, 'email', { length: 80, isIdLookup: true, ...options });
export const phone = (name: string) => field(name, 'phone', { length: 40 });
export const url = (name: string) => field(name, 'url', { length: 255 });
/** Numbers. */
export const int = (name: string) => field(name, 'int');
export const double = (name: string, options: Options = {}) => field(name, 'double', options);
export const currency = (name: string, options: Options = {}) => field(name, 'currency', options);
export const percent = (name: string) => field(name, 'percent');
/** Days and moments. */
export const date = (name: string, options: Options = {}) => field(name, 'date', options);
export const datetime = (name: string, options: Options = {}) => field(name, 'datetime', options);
/** A check box: never null. */
export const boolean = (name: string, options: Options = {}) =>
  field(name, 'boolean', { isNillable: false, defaultValue: false, isDefaultedOnCreate: true, ...options });
/** A list to pick from; unrestricted unless told otherwise. */
export const picklist = (name: string, values: string[], options: Options = {}) =>
  field(name, 'picklist', { length: 255, picklist: values, ...options });
/** A list to pick several from; the values are kept in the list's order, with semicolons between. */
export const multipicklist = (name: string, values: string[], options: Options = {}) =>
  field(name, 'multipicklist', { length: 4099, picklist: values, isRestricted: true, ...options });
/** A lookup. `relationship` is the parent path, `child` the list on the other side. */
export const reference = (name: string, to: string[], options: Options & { child?: string; relationship?: string } = {}) => {
  const { child, relationship, ...rest } = options;
  return field(name, 'reference', {
    length: 18,
    referenceTo: to,
    relationshipName: relationship ?? (name.endsWith('__c') ? name.replace(/__c$/, '__r') : name.replace(/Id$/, '')),
    ...(child ? { childRelationship: child } : {}),
    ...rest,
  });
};
/** Text that is an external id, unique unless told otherwise. */
export const externalId = (name: string, options: Options = {}) => text(name, 64, { isExternalId: true, isUnique: true, ...options });
/** Set by the system only. */
export const system = (made: SalesforceField): SalesforceField => ({ ...made, isCreateable: false, isUpdateable: false });
/** Street, City, State, PostalCode, Country of a compound address, and the read-only compound itself. */
export const address = (prefix: string): SalesforceField[] => [
  longText(`${prefix}Street`, 255),
  text(`${prefix}City`, 40),
  text(`${prefix}State`, 80),
  text(`${prefix}PostalCode`, 20),
  text(`${prefix}Country`, 80),
  system(field(`${prefix}Address`, 'address')),
];

/** What every object has. */
export const common = (): SalesforceField[] => [
  system(field('Id', 'id', { length: 18, isNillable: false, isDefaultedOnCreate: true, isIdLookup: true })),
  system(boolean('IsDeleted')),
  system(datetime('CreatedDate', { isNillable: false, isDefaultedOnCreate: true })),
  system(reference('CreatedById', ['User'], { relationship: 'CreatedBy', isNillable: false, isDefaultedOnCreate: true })),
  system(datetime('LastModifiedDate', { isNillable: false, isDefaultedOnCreate: true })),
  system(reference('LastModifiedById', ['User'], { relationship: 'LastModifiedBy', isNillable: false, isDefaultedOnCreate: true })),
  system(datetime('SystemModstamp', { isNillable: false, isDefaultedOnCreate: true })),
];

/** Owner, defaulting to who writes. */
export const owner = () => reference('OwnerId', ['User'], { relationship: 'Owner', isNillable: false, isDefaultedOnCreate: true });
/** The stamp our installers are told to add to synchronised objects. */
export const syncStamp = () => [text('Sync_Source__c', 40), text('Sync_Hash__c', 64), datetime('Synced_At__c')];

/** The org's currencies; the first is the corporate one. */
export const CURRENCIES = ['USD', 'EUR', 'GBP'] as const;

/** `CurrencyIsoCode`, in orgs with several currencies only. */
export const currencyCode = () =>
  picklist('CurrencyIsoCode', [...CURRENCIES], { length: 3, isRestricted: true, defaultValue: CURRENCIES[0], isDefaultedOnCreate: true });
