import type { PropertyInfo } from '@weft/connector-kit';
import { z } from 'zod';

export const pairProperty = {
  name: 'pair',
  label: 'Keys of the pair',
  required: true,
  kind: 'json',
  placeholder: '["salesforce:{{ trigger.record.Id }}", "connectwise:{{ trigger.record.CW_Company_Id__c }}"]',
  help: 'A list of texts: each side’s name and id. A key without an id is left out, so that a pair is known before both ids are.',
} as const satisfies PropertyInfo;

/** Keys of a pair; those that end with a colon have no id yet. */
export const pairInput = z
  .array(z.string().max(200))
  .transform((keys) => keys.filter((key) => key.trim() !== '' && !key.trim().endsWith(':')))
  .refine((keys) => keys.length > 0, 'has no key with an id');

export const valuesInput = z.record(z.string(), z.unknown());
