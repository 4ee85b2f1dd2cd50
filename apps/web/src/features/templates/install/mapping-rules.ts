import type { MapField } from '@weft/workflow';

const TRANSFORMS = {
  none: '',
  trim: 'trimmed',
  upper: 'upper case',
  lower: 'lower case',
  digits: 'digits only',
  domain: 'domain only',
  date: 'as a date',
} as const satisfies Record<NonNullable<MapField['transform']>, string>;

/** What happens to a value besides being copied, in a few words. */
export function describeRules(field: MapField): string {
  const values = Object.keys(field.values ?? {}).length;
  return [
    values > 0 ? `${values} ${values === 1 ? 'value' : 'values'} mapped` : '',
    field.otherwise === undefined ? '' : `else ${String(field.otherwise)}`,
    field.default === undefined ? '' : `empty becomes ${String(field.default)}`,
    TRANSFORMS[field.transform ?? 'none'],
    field.maxLength ? `cut at ${field.maxLength}` : '',
    field.whenNull === 'fail' ? 'must not be empty' : '',
  ]
    .filter(Boolean)
    .join(', ');
}
