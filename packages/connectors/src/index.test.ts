import { readdirSync } from 'node:fs';
import { toManifest, type ConnectorDefinition } from '@weft/connector-kit';
import { anyInputCases, schemaCases } from '@weft/connector-kit/testing';
import { describe, expect, test } from 'vitest';
import { connectors } from './index.ts';

test('the list holds every folder, alphabetically', () => {
  const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  expect(connectors.map((connector) => connector.id)).toEqual(folders.sort());
});

describe.each(connectors.map((connector) => [connector.id, connector] as const))('%s', (_id, connector) => {
  const cases = [...schemaCases(connector), ...anyInputCases(connector)];
  test.each(cases.map(({ name, run }) => [name, run] as const))('%s', (_rule, run) => run());

  test('has a README', () => {
    expect(readdirSync(`${import.meta.dirname}/${connector.id}`)).toContain('README.md');
  });

  test('its manifest says which operations write', () => {
    // Pure ones touch no vendor and may have any name.
    const actions = toManifest(connector).operations.filter((operation) => operation.kind === 'action' && !isPure(connector, operation.id));
    const reading = actions.filter((operation) => operation.access === 'read').map((operation) => operation.id);
    expect(reading).toEqual(
      actions
        .map((operation) => operation.id)
        .filter((id) => /^(?!.*OrCreate)(get|find|count|match|check|list|describe|query)([A-Z]|$)/.test(id)),
    );
    expect(actions.every((operation) => operation.access !== 'none')).toBe(true);
  });
});

function isPure(connector: ConnectorDefinition, id: string): boolean {
  const operation = connector.operations.find((candidate) => candidate.id === id);
  return operation?.kind === 'action' && operation.safety === 'pure';
}

test('loading the list does not load jsforce', async () => {
  const { execFileSync } = await import('node:child_process');
  const script = `await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)}); const { createRequire } = await import('node:module'); const cache = createRequire(import.meta.url).cache; console.log(Object.keys(cache).some((file) => file.includes('jsforce')))`;
  expect(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }).trim()).toBe('false');
});
