/** References as people write them: a number, a name, or an object. */

/** `12` or `"12"` → `{ id: 12 }`, other text → `{ name }`, an object as it is, nothing or blank → undefined. */
export function reference(value: unknown): Record<string, unknown> | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'object') return value as Record<string, unknown>;
  const text = String(value).trim();
  if (text === '') return undefined;
  return isId(text) ? { id: Number(text) } : { name: text };
}

const isId = (text: string): boolean => /^\d+$/.test(text) && Number.isSafeInteger(Number(text));

/** The id of a reference in a record; an unset one may be absent, empty, or hold only links. */
export function referenceId(value: unknown): number | undefined {
  const id = (value as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'number' ? id : undefined;
}

/** Members that are references: a scalar there is refused by the server, so it is turned into one. */
export const REFERENCES = new Set([
  'company',
  'contact',
  'board',
  'status',
  'priority',
  'type',
  'subType',
  'item',
  'team',
  'owner',
  'source',
  'site',
  'territory',
  'market',
  'country',
  'department',
  'relationship',
  'agreement',
  'parentAgreement',
  'opportunity',
  'project',
  'phase',
  'ticket',
  'parentCompany',
  'billToCompany',
  'billToContact',
  'defaultContact',
  'territoryManager',
  'manager',
  'member',
  'assignTo',
  'primarySalesRep',
  'secondarySalesRep',
  'currency',
  'serviceLocation',
  'location',
  'stage',
  'probability',
  'rating',
  'campaign',
  'product',
  'billingCycle',
  'billingTerms',
  'taxCode',
  'workType',
  'workRole',
  'vendor',
  'manufacturer',
]);

/** References known by `identifier` rather than by name. */
const BY_IDENTIFIER = new Set([
  'company',
  'owner',
  'parentCompany',
  'billToCompany',
  'territoryManager',
  'manager',
  'member',
  'assignTo',
  'primarySalesRep',
  'secondarySalesRep',
  'product',
]);

/**
 * Turns scalar references of a record into objects, blank ones into null, and drops undefined members. `scalars`: members
 * that hold texts in this object.
 */
export function withReferences(record: Readonly<Record<string, unknown>>, scalars: readonly string[] = []): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) {
    if (value === undefined) continue;
    const isScalar = typeof value === 'string' || typeof value === 'number';
    if (!REFERENCES.has(name) || scalars.includes(name) || !isScalar) out[name] = value;
    else if (BY_IDENTIFIER.has(name) && !isId(String(value).trim()) && String(value).trim() !== '') out[name] = { identifier: value };
    else out[name] = reference(value) ?? null;
  }
  return out;
}
