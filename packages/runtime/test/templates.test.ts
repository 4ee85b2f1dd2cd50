import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { toManifest } from '@weft/connector-kit';
import { connectors } from '@weft/connectors';
import { missingConnectors, readTemplate, validateWorkflow } from '@weft/workflow';
import type { Catalog, ConnectorManifest } from '@weft/workflow';
import { describe, expect, test } from 'vitest';

const dir = join(import.meta.dirname, '../../../templates');
const manifests = new Map(connectors.map((connector) => [connector.id, toManifest(connector) as ConnectorManifest]));
const catalog: Catalog = { connector: (id) => manifests.get(id), connectors: () => [...manifests.values()] };
const files = (await readdir(dir)).filter((file) => file.endsWith('.json'));

describe.each(files)('%s', (file) => {
  test('is a template whose workflows are right to the last warning with the connectors we ship', async () => {
    const { template, problems } = readTemplate(JSON.parse(await readFile(join(dir, file), 'utf8')));
    expect(problems).toEqual([]);
    if (!template) return;
    expect(`${template.id}.json`).toBe(file);
    expect(missingConnectors(template, catalog)).toEqual([]);
    for (const workflow of template.workflows) {
      expect(validateWorkflow(workflow, catalog).problems).toEqual([]);
    }
  });

  test('is listed in the README', async () => {
    expect(await readFile(join(dir, 'README.md'), 'utf8')).toContain(`](${file})`);
  });
});
