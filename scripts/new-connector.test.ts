/** What `npm run new-connector` makes is right at once: rules, types, lint, format, and its own contract test. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyForConnectors, type ConnectorCopy } from './connector-copy.ts';
import { makeConnector, readArgs } from './new-connector.ts';

let copy: ConnectorCopy;
const list = (): string => readFileSync(join(copy.path, 'packages/connectors/src/index.ts'), 'utf8');
const make = (...args: string[]): string[] => makeConnector(copy.path, readArgs(args));

beforeAll(() => {
  copy = copyForConnectors();
});
afterAll(() => copy.remove());

describe('ids', () => {
  test.each([
    ['My-App', /"My-App" is no id .* such as "myApp"/],
    ['snipe_it', /such as "snipeIt"/],
    ['9lives', /such as "myService"/],
    ['a', /camelCase/],
    ['Manual', /such as "manual"/],
    ['manual', /already, in packages\/connectors\/src\/manual/],
    ['manuaL', /There is a connector "manual" already/],
    ['delete', /Choose another id, such as "deleteApi"/],
    ['test', /such as "testApi"/],
    ['date', /such as "dateApi"/],
    ['../evil', /such as "evil"/],
  ])('%s is refused, and nothing is made', (id, sentence) => {
    const before = list();
    expect(() => make(id)).toThrow(sentence);
    expect(list()).toBe(before);
  });

  test.each([
    [[], /Give one id/],
    [['one', 'two'], /Give one id/],
    [['acme', '--auth=oauth7'], /--auth=oauth7 is unknown; it takes one of key, basic, none/],
    [['acme', '--titel=x'], /--titel/],
    [['acme', `--title=It's`], /is no title/],
  ])('%j is refused', (args, sentence) => {
    expect(() => readArgs(args)).toThrow(sentence);
  });
});

test('what is made keeps every rule, with each kind of account', { timeout: 120_000 }, async () => {
  const files = [...make('snipeIt'), ...make('zammad', '--auth=basic', '--title=Zammad'), ...make('ntfy', '--auth=none')];
  expect(files).toContain('packages/connectors/src/snipeIt/snipe-it.contract.test.ts');
  expect(list()).toMatch(/import \{ manual \}.*\nimport \{ ntfy \}.*\nimport \{ snipeIt \}.*\nimport \{ webhook \}.*\nimport \{ zammad \}/);
  expect(list()).toContain('= [manual, ntfy, snipeIt, webhook, zammad];');
  const text = files.map((file) => readFileSync(join(copy.path, file), 'utf8')).join('\n');
  expect(text).not.toMatch(/acme/i);
  expect(text).toContain("title: 'Snipe It'");
  expect(await copy.complaints()).toBe('');
  expect(() => make('snipeIt')).toThrow('There is a connector "snipeIt" already');
  expect(existsSync(join(copy.path, 'packages/connectors/src/snipeIt/README.md'))).toBe(true);
});
