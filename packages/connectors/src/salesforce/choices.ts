import type { CallContext, Choice } from '@weft/connector-kit';
import { describeFields, describeObjects } from './describe.ts';

/** Values of the drop-downs `object`, `objects`, `fields` and `externalIdField`. */
export async function salesforceChoices(
  context: CallContext,
  request: { property: string; values: Readonly<Record<string, unknown>>; search?: string },
): Promise<readonly Choice[]> {
  const all = await allChoices(context, request.property, String(request.values['object'] ?? ''));
  const search = request.search?.trim().toLowerCase() ?? '';
  return all.filter((choice) => `${choice.label} ${choice.value}`.toLowerCase().includes(search)).slice(0, 500);
}

async function allChoices(context: CallContext, property: string, object: string): Promise<readonly Choice[]> {
  if (property === 'object' || property === 'objects') return describeObjects(context);
  if (object === '') return [];
  const fields = await describeFields(context, object);
  const wanted = property === 'externalIdField' ? fields.filter((field) => field.externalId) : fields;
  return wanted
    .map((field) => ({ value: field.name, label: field.label, hint: field.name }))
    .sort((a, b) => a.label.localeCompare(b.label));
}
