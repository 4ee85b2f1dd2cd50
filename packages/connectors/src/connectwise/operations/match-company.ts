import { defineOperation, normalName, optional, optionalText, webDomain, type ActionContext } from '@weft/connector-kit';
import { z } from 'zod';
import type { CwRecord } from '../client.ts';
import type { Condition } from '../conditions.ts';
import { matchByRules, matchOutcomeSchema, nameCondition } from '../matching.ts';
import { NAME_LENGTH, cutAtWord } from '../naming.ts';
import { OBJECTS } from '../objects.ts';
import { companySample, idInput } from '../properties.ts';
import { findBy } from '../writing.ts';

const MOST_CANDIDATES = 1000;

export const matchCompany = defineOperation({
  id: 'matchCompany',
  kind: 'action',
  title: 'Match a company',
  summary:
    'Looks for a company by id, stored id, identifier, website, then name. Tells none, one or several; never guesses, writes nothing.',
  needsConnection: true,
  safety: 'read',
  properties: [
    { name: 'id', label: 'ConnectWise id', required: false, kind: 'text', help: 'When the other system knows it already.' },
    { name: 'salesforceId', label: 'Salesforce account id', required: false, kind: 'text' },
    { name: 'identifier', label: 'Identifier', required: false, kind: 'text', maxLength: 30 },
    { name: 'website', label: 'Website', required: false, kind: 'text' },
    { name: 'name', label: 'Name', required: false, kind: 'text', help: 'Compared without case, punctuation and legal form.' },
    { name: 'zip', label: 'Postal code', required: false, kind: 'text', help: 'Decides between companies of the same name.' },
    { name: 'linkField', label: 'Custom field for the Salesforce id', required: false, kind: 'text', initial: 'SF Id', advanced: true },
  ],
  input: z.strictObject({
    id: optional(idInput),
    salesforceId: optionalText({ max: 18 }),
    identifier: optionalText({ max: 30 }),
    website: optionalText({ max: 255 }),
    name: optionalText({ max: 255 }),
    zip: optionalText({ max: 20 }),
    linkField: optionalText({ max: 25 }),
  }),
  output: matchOutcomeSchema,
  sample: { outcome: 'one', record: companySample, candidates: [{ id: 250, name: 'Acme Ltd' }], matchedBy: 'salesforceId' },
  async run(context, wanted) {
    const { id, salesforceId, identifier, website, name, zip } = wanted;
    const domain = webDomain(website);
    return matchByRules([
      { id: 'id', find: () => (id === undefined ? undefined : living(context, [equal('id', id)])) },
      {
        id: 'salesforceId',
        find: () =>
          salesforceId === undefined ? undefined : living(context, [equal(`customField:${wanted.linkField ?? 'SF Id'}`, salesforceId)]),
      },
      { id: 'identifier', find: () => (identifier === undefined ? undefined : living(context, [equal('identifier', identifier)])) },
      { id: 'website', find: () => (domain === undefined ? undefined : byDomain(context, domain)) },
      { id: 'name', find: () => (name === undefined ? undefined : byName(context, name, zip)) },
    ]);
  },
});

const equal = (field: string, value: unknown): Condition => ({ field, operator: '=', value });

/** Companies that are not deleted. */
async function living(context: ActionContext, rows: readonly Condition[], limit = 10): Promise<readonly CwRecord[]> {
  const found = await findBy(context, OBJECTS.company, rows, limit);
  return found.filter((company) => company['deletedFlag'] !== true);
}

async function byDomain(context: ActionContext, domain: string): Promise<readonly CwRecord[]> {
  const candidates = await living(context, [{ field: 'website', operator: 'contains', value: domain }], MOST_CANDIDATES);
  return candidates.filter((company) => webDomain(company['website']) === domain);
}

/** By name; of several namesakes those at the postal code, if there are such. */
async function byName(context: ActionContext, name: string, zip: string | undefined): Promise<readonly CwRecord[]> {
  const cut = cutAtWord(name, NAME_LENGTH);
  const names = new Set([normalName(name), normalName(cut)]);
  const candidates = await living(context, [nameCondition(name)], MOST_CANDIDATES);
  const same = candidates.filter((company) => names.has(normalName(String(company['name']))));
  const nearby = same.filter((company) => zip !== undefined && sameZip(company['zip'], zip));
  return same.length > 1 && nearby.length > 0 ? nearby : same;
}

const sameZip = (one: unknown, other: string): boolean =>
  typeof one === 'string' && one.replace(/\W/g, '').slice(0, 5) === other.replace(/\W/g, '').slice(0, 5);
