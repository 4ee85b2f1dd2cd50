/** The rules every connector keeps, judged from its definition alone. */
import { z } from 'zod';
import { authSchemes } from '../auth-schemes.ts';
import type { ConnectorDefinition, OperationDefinition } from '../connector.ts';
import { toManifest } from '../manifest.ts';
import type { PropertyInfo } from '../property.ts';

const CAMEL_CASE = /^[a-z][A-Za-z0-9]*$/;

/**
 * Everything about a connector that can be judged without an account. Gives findings as sentences; none means it
 * keeps the rules. Meant for `expect(checkConnector(definition)).toEqual([])`.
 */
export function checkConnector(connector: ConnectorDefinition): string[] {
  const findings: string[] = [];
  if (!CAMEL_CASE.test(connector.id)) findings.push(`Connector id "${connector.id}" is not camelCase.`);
  if (!/^\d+\.\d+\.\d+$/.test(connector.version)) findings.push(`Version "${connector.version}" is not of the form 1.2.3.`);
  findings.push(...doubles('operation', connector.operations), ...doubles('auth scheme', authSchemes(connector)));
  for (const operation of connector.operations) findings.push(...checkOperation(connector, operation));
  const manifest = toManifest(connector);
  if (manifest.operations.length !== connector.operations.length) findings.push('The manifest loses operations.');
  return findings;
}

function doubles(what: string, items: readonly { readonly id: string }[]): string[] {
  const ids = items.map((item) => item.id);
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))].map((id) => `There are two of ${what} "${id}".`);
}

function checkOperation(connector: ConnectorDefinition, operation: OperationDefinition): string[] {
  const where = `${connector.id}.${operation.id}`;
  const findings: string[] = [];
  const say = (sentence: string): void => void findings.push(`${where}: ${sentence}`);
  if (!CAMEL_CASE.test(operation.id)) say('the id is not camelCase.');
  if (operation.needsConnection && authSchemes(connector).length === 0) say('needs a connection, but the connector has no auth scheme.');
  if (operation.sample === undefined) say('has no sample.');
  if (operation.kind === 'action' && operation.safety === 'pure' && operation.needsConnection)
    say('is pure and calls nobody, yet needs a connection.');
  if (operation.kind === 'action' && operation.paged) {
    // A page that was lost is read again, whatever became of the first reading.
    if (operation.safety !== 'read' && operation.safety !== 'pure') say('is read by pages, yet may change something.');
    const names = operation.properties.map(({ name }) => name);
    for (const name of operation.paged.without)
      if (!names.includes(name)) say(`is read by pages without "${name}", which it does not have.`);
  }
  findings.push(
    ...doubles(
      'property',
      operation.properties.map((property) => ({ id: property.name })),
    ).map((sentence) => `${where}: ${sentence}`),
  );
  const known = schemaMembers(operation);
  const names = operation.properties.map((property) => property.name);
  for (const name of names) if (!known.includes(name)) say(`property "${name}" is not in the input schema.`);
  for (const name of known) if (!names.includes(name)) say(`the input schema takes "${name}", which no property shows.`);
  const missing = requiredMembers(operation);
  for (const property of operation.properties) {
    if (property.required !== missing.has(property.name))
      say(
        `property "${property.name}" is ${property.required ? 'required in the form but not in the schema' : 'optional in the form but required by the schema'}.`,
      );
    if (property.initial !== undefined && property.required === false && property.kind === 'secret')
      say(`secret "${property.name}" has an initial value.`);
    findings.push(...checkColumns(property).map((sentence) => `${where}: ${sentence}`));
    findings.push(...checkCondition(operation, property).map((sentence) => `${where}: ${sentence}`));
    for (const other of property.remote?.dependsOn ?? [])
      if (!names.includes(other)) say(`property "${property.name}" depends on "${other}", which does not exist.`);
    if (property.remote?.what === 'choices' && connector.choices === undefined)
      say(`property "${property.name}" asks for choices, which the connector cannot give.`);
    if (property.remote?.what === 'fields' && connector.fields === undefined)
      say(`property "${property.name}" asks for fields, which the connector cannot give.`);
  }
  return findings;
}

function checkColumns({ name, kind, columns = [] }: PropertyInfo): string[] {
  if ((kind === 'rows') !== columns.length > 0)
    return [`property "${name}" ${kind === 'rows' ? 'is a table without columns' : 'has columns, yet is no table'}.`];
  return columns.flatMap((column) => {
    const { hiddenWhen } = column;
    const other = columns.find((candidate) => candidate.name === hiddenWhen?.column);
    const values = (column.choices ?? []).map((choice) => choice.value);
    return [
      ...((column.kind === 'select') === values.length > 0
        ? []
        : [`column "${column.name}" of "${name}" has choices exactly when it is a select.`]),
      ...(column.kind === 'select' && column.initial !== undefined && !values.includes(column.initial)
        ? [`column "${column.name}" of "${name}" begins with "${column.initial}", which is no choice of it.`]
        : []),
      ...(hiddenWhen?.is.some((value) => !(other?.choices ?? []).some((choice) => choice.value === value)) === true
        ? [`column "${column.name}" of "${name}" is hidden by a value that "${hiddenWhen.column}" does not have.`]
        : []),
    ];
  });
}

function checkCondition(operation: OperationDefinition, property: PropertyInfo): string[] {
  const { shownWhen } = property;
  if (shownWhen === undefined) return [];
  const other = operation.properties.find((candidate) => candidate.name === shownWhen.property);
  const choices = (other?.choices ?? []).map((choice) => choice.value);
  // What an account offers cannot be known here.
  const unknown = other?.remote === undefined ? shownWhen.is.filter((value) => !choices.includes(value)) : [];
  return [
    ...(other?.kind === 'select' ? [] : [`property "${property.name}" is shown by "${shownWhen.property}", which is no select.`]),
    ...unknown.map((value) => `property "${property.name}" is shown when "${shownWhen.property}" is "${value}", which is no choice of it.`),
    ...(property.required || property.initial !== undefined
      ? [`property "${property.name}" is not always shown, so it can neither be required nor have an initial value.`]
      : []),
  ];
}

function schemaMembers(operation: OperationDefinition): string[] {
  const schema: unknown = operation.input;
  return schema instanceof z.ZodObject
    ? Object.keys(schema.shape as Record<string, unknown>)
    : operation.properties.map((property) => property.name);
}

/** The members an empty input is refused for. */
function requiredMembers(operation: OperationDefinition): Set<string> {
  const result = (operation.input as z.ZodType<unknown>).safeParse({});
  return new Set(
    result.success ? [] : result.error.issues.filter((issue) => issue.path.length === 1).map((issue) => String(issue.path[0])),
  );
}
