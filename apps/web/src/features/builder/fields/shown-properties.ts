/** Properties that are only of use with some values of another one. Pure. */
import type { JsonValue, Property } from '@weft/workflow';

type Input = Readonly<Record<string, JsonValue>>;

/** Whether a property belongs into the form. One that has a value is shown even if it is of no use, so that nothing acts unseen. */
export function isShown(property: Property, input: Input, properties: readonly Property[]): boolean {
  return input[property.name] !== undefined || isOfUse(property, input, properties);
}

function isOfUse(property: Property, input: Input, properties: readonly Property[]): boolean {
  const { shownWhen } = property;
  if (shownWhen === undefined) return true;
  const value = input[shownWhen.property] ?? properties.find((one) => one.name === shownWhen.property)?.initial;
  // What an expression will give, nobody knows yet.
  return typeof value === 'string' && (value.includes('{{') || shownWhen.is.includes(value));
}

/** The input with another value of one property; what is of no use with it any more goes. */
export function withValue(
  input: Input,
  change: { readonly name: string; readonly value: JsonValue | undefined },
  properties: readonly Property[],
): Record<string, JsonValue> {
  const { [change.name]: _, ...rest } = input;
  const next = change.value === undefined ? rest : { ...input, [change.name]: change.value };
  const dependents = new Set(
    properties.filter((one) => one.shownWhen?.property === change.name && !isOfUse(one, next, properties)).map((one) => one.name),
  );
  return Object.fromEntries(Object.entries(next).filter(([name]) => !dependents.has(name)));
}

/** Advanced properties that say nothing yet: without a value, or with the one the form begins with. */
export function isFolded(property: Property, input: Input): boolean {
  const value = input[property.name];
  return property.advanced === true && (value === undefined || value === property.initial);
}
