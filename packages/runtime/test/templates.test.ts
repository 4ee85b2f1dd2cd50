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

  test('names every custom field that it writes or reads, so that it can be looked for before it is turned on', async () => {
    const { template } = readTemplate(JSON.parse(await readFile(join(dir, file), 'utf8')));
    const named = new Set(template?.needs.flatMap(({ fields }) => fields.map(({ name }) => name)));
    const used = new Set(JSON.stringify(template?.workflows).match(/\b\w+__c\b/g));
    expect(used.size).toBeGreaterThan(0);
    expect([...used].filter((name) => !named.has(name))).toEqual([]);
    const usesLink = JSON.stringify(template?.workflows).includes('SF Id') || JSON.stringify(template?.workflows).includes('SF_Id');
    expect(!usesLink || named.has('customFields.SF_Id')).toBe(true);
  });

  test('has titles that fit a node, and port labels that fit their port', async () => {
    const { template } = readTemplate(JSON.parse(await readFile(join(dir, file), 'utf8')));
    const nodes = template?.workflows.flatMap((workflow) => workflow.nodes) ?? [];
    expect(nodes.map(({ title }) => title ?? '').filter((title) => title === '' || title.length > 24)).toEqual([]);
    const labels = nodes.flatMap((node) => (node.kind === 'branch' ? node.cases.map(({ label }) => label) : []));
    expect(labels.filter((label) => label.length > 10)).toEqual([]);
  });

  test('is listed in the README, with its fields and their types', async () => {
    const readme = await readFile(join(dir, 'README.md'), 'utf8');
    const { template } = readTemplate(JSON.parse(await readFile(join(dir, file), 'utf8')));
    expect(readme).toContain(`](${file})`);
    const section = readme.split(`## ${template?.name}\n`)[1]?.split('\n## ')[0] ?? '';
    const rows = section.split('\n').filter((line) => line.startsWith('| Salesforce') || line.startsWith('| ConnectWise'));
    const fields = template?.needs.flatMap((need) => need.fields) ?? [];
    expect(rows).toHaveLength(fields.length);
    for (const { object, name, title, type } of fields)
      expect(
        rows.filter((row) => row.includes(`| ${object} | ${title === undefined ? `\`${name}\`` : `“${title}”`} | ${type}`)),
      ).toHaveLength(1);
  });
});
