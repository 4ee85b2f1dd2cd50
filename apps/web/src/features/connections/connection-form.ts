import type { AuthField, AuthScheme } from '@weft/workflow';

/** The values a form begins with: what is known of an account that is being changed, else the scheme's own. */
export function initialValues(scheme: AuthScheme | undefined, known: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(
    (scheme?.fields ?? []).map((field) => [field.name, field.kind === 'secret' ? '' : String(known[field.name] ?? field.initial ?? '')]),
  );
}

/** Labels of the required fields that are still empty. A secret that is kept from before is not asked again. */
export function missingFields(
  fields: readonly AuthField[],
  values: Readonly<Record<string, string>>,
  keepsSecrets: boolean,
): readonly string[] {
  return fields
    .filter((field) => field.required && (values[field.name] ?? '').trim() === '' && !(keepsSecrets && field.kind === 'secret'))
    .map((field) => field.label);
}

/** What is sent: trimmed, and without secrets that stay as they are. */
export function submittedValues(fields: readonly AuthField[], values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const value = values[field.name] ?? '';
      if (field.kind === 'secret') return value === '' ? [] : [[field.name, value]];
      return [[field.name, value.trim()]];
    }),
  );
}
