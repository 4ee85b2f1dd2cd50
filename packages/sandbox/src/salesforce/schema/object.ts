import { common, currencyCode, type SalesforceField } from './fields.ts';
import type { Schema } from './schema.ts';

/** An object as the tables declare it. */
export interface ObjectEntry {
  name: string;
  label: string;
  labelPlural: string;
  keyPrefix: string;
  fields: SalesforceField[];
  /** Written by the platform only. */
  isReadOnly: boolean;
  isMultiCurrencyOnly: boolean;
}

/** An emulated object within a schema. Standard field lengths follow the public standard schema. */
export interface SalesforceObject extends ObjectEntry {
  byName: ReadonlyMap<string, SalesforceField>;
  /** The objects it can point to. */
  schema: Schema;
}

interface EntryOptions {
  label?: string;
  plural?: string;
  isReadOnly?: boolean;
  isMultiCurrencyOnly?: boolean;
}

/** Declares an object; what every object has is added. */
export function object(name: string, keyPrefix: string, ...rest: [fields: SalesforceField[], options?: EntryOptions]): ObjectEntry {
  const [fields, options = {}] = rest;
  const label = options.label ?? name.replace(/__c$/, '');
  return {
    name,
    keyPrefix,
    label,
    labelPlural: options.plural ?? `${label}s`,
    fields: [...common(), ...fields],
    isReadOnly: options.isReadOnly ?? false,
    isMultiCurrencyOnly: options.isMultiCurrencyOnly ?? false,
  };
}

const NAME_FIELDS: Readonly<Record<string, string>> = { Case: 'CaseNumber', Task: 'Subject', Note: 'Title' };

/** The field an object's records are called by. */
export function nameFieldOf(object: ObjectEntry): string {
  return NAME_FIELDS[object.name] ?? 'Name';
}

/** Whether an object's records can be deleted: people are switched off instead. */
export function isDeletable(object: ObjectEntry): boolean {
  return !object.isReadOnly && object.name !== 'User';
}

/** Objects that carry a currency code in an org with several currencies. */
export function withCurrency(entry: ObjectEntry): ObjectEntry {
  if (
    entry.isMultiCurrencyOnly ||
    entry.name === 'User' ||
    /^(Pricebook2|Case|CaseComment|Note|CaseStatus|LeadStatus|OpportunityStage|Organization)$/.test(entry.name)
  )
    return entry;
  return { ...entry, fields: [...entry.fields, currencyCode()] };
}
