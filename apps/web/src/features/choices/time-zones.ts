import type { Choice } from '@weft/workflow';

/** The time zones that this browser knows. */
export const TIME_ZONES: readonly Choice[] = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => ({
  value: zone,
  label: zone.replaceAll('_', ' '),
}));
