/** Operations that need no account, given anything: whatever comes of it, it is never a failure of ours. */
import assert from 'node:assert/strict';
import type { ConnectorDefinition, OperationDefinition } from '../connector.ts';
import type { PropertyInfo } from '../property.ts';
import { createTestBench } from './bench.ts';
import type { ContractCase } from './contract.ts';
import { NASTY_NAMES, NASTY_TEXTS } from './nasty-values.ts';
import { failureOf } from './suite.ts';

const ANY: readonly string[] = [...Object.values(NASTY_TEXTS), ...NASTY_NAMES];

/** A case for each action that works without an account: every property is given every nasty text, in the form of its kind. */
export function anyInputCases(connector: ConnectorDefinition): ContractCase[] {
  return connector.operations
    .filter((operation) => operation.kind === 'action' && !operation.needsConnection)
    .map((operation) => ({
      name: `${operation.id}: whatever is given, it works or says in a sentence why not`,
      async run() {
        const findings: string[] = [];
        for (const property of operation.properties)
          for (const text of ANY) findings.push(...(await tryInput(connector, operation, inputWith(operation, property, text))));
        assert.deepEqual(findings, []);
      },
    }));
}

async function tryInput(connector: ConnectorDefinition, operation: OperationDefinition, input: Record<string, unknown>): Promise<string[]> {
  const shown = JSON.stringify(input).slice(0, 200);
  try {
    const error = await failureOf(() => createTestBench({ connector, allowPrivateHosts: [] }).run(operation.id, input));
    return error === undefined || /[.!?…"”)]$/.test(error.message) ? [] : [`${shown}: not a sentence: ${error.message}`];
  } catch (error) {
    return [`${shown}: ${String(error)}`];
  }
}

/** The text in one property, and something harmless in all others that must be given. */
function inputWith(operation: OperationDefinition, property: PropertyInfo, text: string): Record<string, unknown> {
  const needed = operation.properties.filter(({ required, name }) => required || name === property.name);
  return Object.fromEntries(needed.map((one) => [one.name, valueOf(one, one.name === property.name ? text : 'text')]));
}

function valueOf({ kind, choices, initial }: PropertyInfo, text: string): unknown {
  switch (kind) {
    case 'number':
      return text === 'text' ? 1 : text;
    case 'select':
      return text === 'text' ? (initial ?? choices?.[0]?.value ?? text) : text;
    case 'list':
    case 'multiSelect':
    case 'json':
      return [text, { [text]: text }];
    case 'rows':
      return [JSON.parse(`{${JSON.stringify(text)}:${JSON.stringify(text)}}`)];
    case 'record':
    case 'keyValue':
      return JSON.parse(`{${JSON.stringify(text)}:${JSON.stringify(text)}}`);
    default:
      return text;
  }
}
