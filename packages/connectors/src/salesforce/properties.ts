import { DEFAULT_WAIT_S } from './bulk-wait.ts';
import { flag, nameList, optional, text, type EffectSafety, type PropertyInfo } from '@weft/connector-kit';

export const objectProperty = {
  name: 'object',
  label: 'Object',
  required: true,
  kind: 'select',
  placeholder: 'Account',
  remote: { what: 'choices', dependsOn: [], search: true },
} as const satisfies PropertyInfo;
export const idProperty = {
  name: 'id',
  label: 'Record id',
  required: true,
  kind: 'text',
  placeholder: '{{ trigger.record.AccountId }}',
} as const satisfies PropertyInfo;
export const fieldsProperty = {
  name: 'fields',
  label: 'Fields',
  required: false,
  kind: 'multiSelect',
  help: 'Nothing chosen means all. Fields of parents are written with a dot: Owner.Email.',
  remote: { what: 'choices', dependsOn: ['object'], search: true },
  advanced: true,
} as const satisfies PropertyInfo;
export const recordProperty = {
  name: 'record',
  label: 'Record',
  required: true,
  kind: 'record',
  remote: { what: 'fields', dependsOn: ['object'] },
} as const satisfies PropertyInfo;
export const writeProperties = [
  {
    name: 'assignmentRules',
    label: 'Run assignment rules',
    required: false,
    kind: 'boolean',
    advanced: true,
    help: 'Switch off to keep the owner that is sent (Case and Lead).',
  },
  { name: 'allowDuplicates', label: 'Save despite a duplicate warning', required: false, kind: 'boolean', advanced: true },
] as const satisfies readonly PropertyInfo[];

/** Required where the operation needs it always. */
export const externalIdFieldProperty = {
  name: 'externalIdField',
  label: 'External id field',
  kind: 'select',
  placeholder: 'CW_Company_Id__c',
  remote: { what: 'choices', dependsOn: ['object'] },
} as const satisfies Omit<PropertyInfo, 'required'>;
export const manyActionProperty = {
  name: 'action',
  label: 'What to do',
  required: true,
  kind: 'select',
  choices: [
    { value: 'create', label: 'Create' },
    { value: 'update', label: 'Update by Id' },
    { value: 'upsert', label: 'Create or update by an external id' },
    { value: 'delete', label: 'Delete by Id' },
  ],
} as const satisfies PropertyInfo;
export const recordsProperty = {
  name: 'records',
  label: 'Records',
  required: true,
  kind: 'json',
  placeholder: '{{ steps.list.items }}',
  help: 'A list of records with their field names. To delete, a list of ids will do.',
} as const satisfies PropertyInfo;
export const waitSecondsProperty = {
  name: 'waitSeconds',
  label: 'Wait at most (seconds)',
  required: false,
  kind: 'number',
  initial: DEFAULT_WAIT_S,
  advanced: true,
} as const satisfies PropertyInfo;
export const skipProperty = {
  name: 'skipUnchanged',
  label: 'Skip when nothing changes',
  required: false,
  kind: 'boolean',
  initial: true,
  advanced: true,
  help: 'Looks first. An update that changes nothing still moves the time of the last change, which every watcher takes for one.',
} as const satisfies PropertyInfo;

export const objectInput = text({ max: 80 });
export const fieldsInput = optional(nameList());
export const skipInput = { skipUnchanged: optional(flag()) };
export const writeInput = { assignmentRules: optional(flag()), allowDuplicates: optional(flag()) };

/** Only creating twice makes two: the rest comes out the same however often it is done. */
export function safetyOfMany(input: unknown): EffectSafety {
  const action = (input as { action?: unknown } | null | undefined)?.action;
  return action === 'update' || action === 'upsert' || action === 'delete' ? 'idempotent' : 'blind';
}

/** Headers by which a write tells Salesforce what to run. */
export function writeHeaders(input: {
  assignmentRules?: boolean | undefined;
  allowDuplicates?: boolean | undefined;
}): Record<string, string> {
  return {
    ...(input.assignmentRules === undefined ? {} : { 'Sforce-Auto-Assign': input.assignmentRules ? 'TRUE' : 'FALSE' }),
    ...(input.allowDuplicates === true ? { 'Sforce-Duplicate-Rule-Header': 'allowSave=true' } : {}),
  };
}

export const accountSample = {
  Id: '001xx000003DGb2AAG',
  Name: 'Acme Ltd',
  Type: 'Customer',
  Phone: '+1 555 0100',
  Website: 'https://acme.example',
  BillingCity: 'Springfield',
};
export const opportunitySample = {
  Id: '006xx000001a2b3AAA',
  Name: 'Acme Ltd – managed services',
  StageName: 'Closed Won',
  IsWon: true,
  Amount: 24000,
  CloseDate: '2026-01-15',
  AccountId: '001xx000003DGb2AAG',
  SystemModstamp: '2026-01-15T09:30:00.000+0000',
};
