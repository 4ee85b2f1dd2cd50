/** What can be judged of a connector without an account. */
import assert from 'node:assert/strict';
import { isWeftError, type Issue, type WeftError } from '@weft/errors';
import type { ConnectorDefinition, OperationDefinition } from '../connector.ts';
import { parseInput } from '../invoke.ts';
import type { PropertyInfo } from '../property.ts';
import { checkConnector } from './check-connector.ts';
import type { ContractCase } from './contract.ts';
import { misfits, undeclared } from './json-schema.ts';

/** The cases of any connector; they need no server. */
export function schemaCases(connector: ConnectorDefinition): ContractCase[] {
  return [
    { name: 'keeps the rules of the kit', run: async () => assert.deepEqual(checkConnector(connector), []) },
    ...connector.operations.flatMap((operation) => [
      { name: `${operation.id}: its sample is what its output declares`, run: async () => checkSample(operation) },
      { name: `${operation.id}: wrong input is told with the name of the field`, run: async () => checkInputErrors(operation) },
    ]),
  ];
}

function checkSample({ output, sample }: OperationDefinition): void {
  assert.ok(output, 'declares no output');
  assert.deepEqual([...misfits(output, sample, 'the sample'), ...undeclared(output, sample)], []);
}

/** Values no property of a kind can take. */
function nonsense(property: PropertyInfo): unknown[] {
  switch (property.kind) {
    case 'number':
      return ['many', {}];
    case 'boolean':
      return ['perhaps', {}];
    case 'select':
      return [{}, ...(property.choices === undefined ? [] : ['no such choice'])];
    case 'multiSelect':
    case 'list':
    case 'rows':
      return [{ a: 1 }];
    case 'record':
    case 'keyValue':
      return ['text', 7];
    case 'json':
      return [];
    default:
      return [{}, ['a']];
  }
}

function checkInputErrors(operation: OperationDefinition): void {
  const findings: string[] = [];
  const expectTold = (property: PropertyInfo, given: unknown, error: WeftError | undefined): void => {
    const issue = error?.issues?.find(({ path }) => `${path}.`.startsWith(`input.${property.name}.`));
    findings.push(...findingsAbout(property, issue).map((finding) => `${JSON.stringify(given) ?? 'nothing'} for ${finding}`));
  };
  for (const property of operation.properties) {
    if (property.required) expectTold(property, undefined, refusal(operation, {}));
    for (const given of nonsense(property)) {
      const error = refusal(operation, { [property.name]: given });
      // What the schema lets through is judged by the operation itself.
      if (error?.issues?.some(({ path }) => `${path}.`.startsWith(`input.${property.name}.`)) === true) expectTold(property, given, error);
    }
  }
  const unknown = refusal(operation, { noSuchInput: 1 });
  if (unknown?.issues?.some(({ message }) => message.includes('noSuchInput')) !== true)
    findings.push('an input that does not exist is taken without a word');
  assert.deepEqual(findings, []);
}

function findingsAbout(property: PropertyInfo, issue: Issue | undefined): string[] {
  if (issue === undefined) return [`"${property.name}" is not refused`];
  const { message } = issue;
  return [
    ...(message.startsWith(property.label) ? [] : [`"${property.name}" is not told by its label: ${message}`]),
    ...(/Invalid |received|Unrecognized|undefined/.test(message) ? [`"${property.name}" is told in a programmer’s words: ${message}`] : []),
  ];
}

function refusal(operation: OperationDefinition, input: Record<string, unknown>): WeftError | undefined {
  try {
    parseInput(operation, input);
    return undefined;
  } catch (error) {
    if (!isWeftError(error)) throw error;
    return error;
  }
}
