import type { Quirks } from '../quirks.ts';
import { SalesforceError } from './errors.ts';
import type { SalesforceObject } from './schema/object.ts';
import type { Fields, SalesforceStore } from './store.ts';

/** Refuses a record that an active duplicate rule takes for another: same Name, or same Email for people. */
export function checkDuplicateRule(
  store: SalesforceStore,
  object: SalesforceObject,
  given: { record: Fields; options: { quirks?: Quirks; isDuplicateAllowed?: boolean } },
): void {
  const { record, options } = given;
  if (!options.quirks?.duplicateRuleObjects.includes(object.name) || options.isDuplicateAllowed) return;
  const key = object.byName.has('email') ? 'Email' : 'Name';
  const value = record[key];
  if (value === null || value === undefined) return;
  const matches = store.where(object.name, { field: key, value }).filter((row) => row.Id !== record.Id);
  if (matches.length === 0) return;
  const rule = `Standard_${object.name}_Duplicate_Rule`;
  throw new SalesforceError(400, {
    duplicateResut: {
      allowSave: true,
      duplicateRule: rule,
      duplicateRuleEntityType: object.name,
      errorMessage: 'Use one of these records?',
      matchResults: [
        {
          entityType: object.name,
          errors: [],
          matchEngine: 'FuzzyMatchEngine',
          rule: `Standard_${object.name}_Match_Rule_v1_0`,
          size: matches.length,
          success: true,
          matchRecords: matches.map((row) => ({
            additionalInformation: [],
            fieldDiffs: [],
            matchConfidence: 100,
            record: { attributes: { type: object.name, url: `/services/data/v66.0/sobjects/${object.name}/${row.Id}` }, Id: row.Id },
          })),
        },
      ],
    },
    errorCode: 'DUPLICATES_DETECTED',
    message: 'Use one of these records?',
  });
}
