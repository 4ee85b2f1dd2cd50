import type { SalesforceField } from './fields.ts';

const isLong = (field: SalesforceField) => field.type === 'textarea' && field.length > 255;
const AMOUNTS = new Set<SalesforceField['type']>(['currency', 'double', 'percent']);

/** May stand in WHERE. */
export function isFilterable(field: SalesforceField): boolean {
  return !isLong(field) && field.type !== 'address';
}

/** May stand in ORDER BY. */
export function isSortable(field: SalesforceField): boolean {
  return isFilterable(field) && field.type !== 'multipicklist';
}

/** May stand in GROUP BY; moments only through a function of dates. */
export function isGroupable(field: SalesforceField): boolean {
  return isSortable(field) && field.type !== 'datetime' && !AMOUNTS.has(field.type);
}

/** May be summed up: everything with an order, except check boxes. */
export function isAggregatable(field: SalesforceField): boolean {
  return isSortable(field) && field.type !== 'boolean';
}
