import {
  WeftError,
  defineOperation,
  flag,
  normalName,
  optional,
  optionalText,
  record,
  text,
  webDomain,
  type ActionContext,
} from '@weft/connector-kit';
import { z } from 'zod';
import type { CwRecord } from '../client.ts';
import { captionKey, customFieldsOf, customValue } from '../custom-fields.ts';
import { customFieldDefinitions } from '../lookups.ts';
import { nameCondition } from '../matching.ts';
import { NAME_LENGTH, cutAtWord, identifierVariant, makeIdentifier } from '../naming.ts';
import { OBJECTS } from '../objects.ts';
import { companySample, idInput, matchedSchema } from '../properties.ts';
import { change, create, findBy, isIdentifierTaken, nameOf, theOne } from '../writing.ts';

const IDENTIFIER_TRIES = 5;

const input = z.strictObject({
  id: optional(idInput),
  name: text({ max: 255 }),
  salesforceId: optionalText({ max: 18 }),
  identifier: optionalText({ max: 30 }),
  website: optionalText({ max: 255 }),
  record: optional(record()),
  linkField: optionalText({ max: 25 }),
  update: optional(flag()),
});
type Wanted = z.infer<typeof input>;

export const findOrCreateCompany = defineOperation({
  id: 'findOrCreateCompany',
  kind: 'action',
  title: 'Find or create a company',
  summary:
    'Finds the company of a Salesforce account (by stored id, identifier, website, then name) or creates it, and stores the Salesforce id on it.',
  needsConnection: true,
  safety: 'searchable',
  properties: [
    { name: 'name', label: 'Name', required: true, kind: 'text', help: 'Longer than 50 characters is cut at a word.' },
    { name: 'salesforceId', label: 'Salesforce account id', required: false, kind: 'text' },
    { name: 'identifier', label: 'Identifier', required: false, kind: 'text', maxLength: 25, help: 'Made from the name when empty.' },
    {
      name: 'website',
      label: 'Website',
      required: false,
      kind: 'text',
      help: 'A company with this domain is taken; of several the one that has the name.',
    },
    {
      name: 'record',
      label: 'Other fields',
      required: false,
      kind: 'record',
      remote: { what: 'fields', dependsOn: [], object: 'company' },
    },
    { name: 'update', label: 'Also update one that is found', required: false, kind: 'boolean', initial: false },
    {
      name: 'id',
      label: 'ConnectWise id',
      required: false,
      kind: 'text',
      advanced: true,
      help: 'When the other system knows it already.',
    },
    { name: 'linkField', label: 'Custom field for the Salesforce id', required: false, kind: 'text', initial: 'SF Id', advanced: true },
  ],
  input,
  output: matchedSchema,
  sample: { record: companySample, created: true, matchedBy: null },
  async run(context, wanted) {
    const match = await findCompany(context, wanted);
    if (match === undefined) return { record: await createCompany(context, wanted), created: true, matchedBy: null };
    const company = await linked(context, match.record, wanted);
    return {
      record: wanted.update === true ? await updated(context, company, wanted) : company,
      created: false,
      matchedBy: match.matchedBy,
    };
  },
});

const linkFieldOf = (wanted: Wanted): string => wanted.linkField ?? 'SF Id';

/** The company by the first rule that has a hit; several hits of one rule are a conflict. */
async function findCompany(context: ActionContext, wanted: Wanted): Promise<{ record: CwRecord; matchedBy: string } | undefined> {
  if (wanted.id !== undefined) {
    const [record] = await findBy(context, OBJECTS.company, [{ field: 'id', operator: '=', value: wanted.id }]);
    if (record !== undefined && record['deletedFlag'] !== true) return { record, matchedBy: 'id' };
  }
  if (wanted.salesforceId !== undefined) {
    const hits = await findBy(context, OBJECTS.company, [
      { field: `customField:${linkFieldOf(wanted)}`, operator: '=', value: wanted.salesforceId },
    ]);
    const record = theOne(hits, `the Salesforce id ${wanted.salesforceId}`);
    if (record !== undefined) return { record, matchedBy: 'salesforceId' };
  }
  if (wanted.identifier !== undefined) {
    const record = theOne(
      await findBy(context, OBJECTS.company, [{ field: 'identifier', operator: '=', value: wanted.identifier }]),
      `the identifier "${wanted.identifier}"`,
    );
    if (record !== undefined) return { record, matchedBy: 'identifier' };
  }
  const domain = webDomain(wanted.website);
  if (domain !== undefined) {
    const record = await findByDomain(context, wanted, domain);
    if (record !== undefined) return { record, matchedBy: 'website' };
  }
  const record = await findByName(context, wanted);
  return record === undefined ? undefined : { record, matchedBy: 'name' };
}

/** By the domain of its website. Companies that share one are told apart by their name. */
async function findByDomain(context: ActionContext, wanted: Wanted, domain: string): Promise<CwRecord | undefined> {
  const candidates = await findBy(
    context,
    OBJECTS.company,
    [
      { field: 'website', operator: 'contains', value: domain },
      { field: 'deletedFlag', operator: '=', value: false },
    ],
    1000,
  );
  const hits = candidates.filter((candidate) => webDomain(candidate['website']) === domain);
  const named = hits.filter((hit) => namesOf(wanted).has(normalName(String(hit['name']))));
  return theOne(hits.length > 1 && named.length > 0 ? named : hits, `the website "${domain}"`);
}

/** The name as it is compared, and what it would be cut to. */
function namesOf(wanted: Wanted): ReadonlySet<string> {
  return new Set([normalName(wanted.name), normalName(cutAtWord(wanted.name, NAME_LENGTH))]);
}

/** By name, compared without case, punctuation and legal form, and also against what the name would be cut to. */
async function findByName(context: ActionContext, wanted: Wanted): Promise<CwRecord | undefined> {
  const names = namesOf(wanted);
  const candidates = await findBy(
    context,
    OBJECTS.company,
    [nameCondition(wanted.name), { field: 'deletedFlag', operator: '=', value: false }],
    1000,
  );
  const same = candidates.filter((candidate) => names.has(normalName(String(candidate['name']))));
  const domain = webDomain(wanted.website);
  const atDomain = same.filter((candidate) => domain !== undefined && webDomain(candidate['website']) === domain);
  return theOne(same.length > 1 && atDomain.length === 1 ? atDomain : same, `the name "${wanted.name}"`);
}

/** Stores the Salesforce id on a company found otherwise. One that belongs to another account is a conflict. */
async function linked(context: ActionContext, company: CwRecord, wanted: Wanted): Promise<CwRecord> {
  const caption = linkFieldOf(wanted);
  if (wanted.salesforceId === undefined || !customFieldsOf(company).some((field) => captionKey(field.caption) === captionKey(caption)))
    return company;
  const present = customValue(company, caption);
  // The first 15 characters are the id; three more only make it safe where case is ignored.
  if (typeof present === 'string' && present.slice(0, 15) === wanted.salesforceId.slice(0, 15)) return company;
  if (typeof present === 'string' && present !== '') {
    throw new WeftError({
      class: 'conflict',
      code: 'linked_elsewhere',
      message: `The ConnectWise company ${nameOf(company)} (id ${company.id}) matches, but belongs to the Salesforce account ${present}, not to ${wanted.salesforceId}. Merge the accounts or give one another name.`,
      detail: { candidates: [{ id: company.id, name: nameOf(company), salesforceId: present }], salesforceId: wanted.salesforceId },
    });
  }
  return change(context, OBJECTS.company, company, { customFields: [{ caption, value: wanted.salesforceId }] });
}

/** Brings a company up to date. Its identifier stays, and so does its first site. */
function updated(context: ActionContext, company: CwRecord, wanted: Wanted): Promise<CwRecord> {
  const { site: _site, identifier: _identifier, ...fields } = wanted.record ?? {};
  return change(context, OBJECTS.company, company, {
    ...fields,
    name: cutAtWord(wanted.name, NAME_LENGTH),
    ...(wanted.website === undefined ? {} : { website: wanted.website }),
  });
}

/** Creates the company under the first free identifier. */
async function createCompany(context: ActionContext, wanted: Wanted): Promise<CwRecord> {
  const base = wanted.identifier ?? makeIdentifier(wanted.name);
  const definitions = wanted.salesforceId === undefined ? [] : await customFieldDefinitions(context, OBJECTS.company);
  const hasLinkField = definitions.some((field) => captionKey(field.caption) === captionKey(linkFieldOf(wanted)));
  const body = {
    // Every company has a site; "Main" is what the vendor's own screens call the first one.
    site: { name: 'Main' },
    ...wanted.record,
    name: cutAtWord(wanted.name, NAME_LENGTH),
    ...(wanted.website === undefined ? {} : { website: wanted.website }),
    ...(hasLinkField ? { [`customField:${linkFieldOf(wanted)}`]: wanted.salesforceId } : {}),
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      const created = await create(context, OBJECTS.company, { ...body, identifier: identifierVariant(base, attempt) });
      return hasLinkField ? created : await linked(context, created, wanted);
    } catch (error) {
      if (!isIdentifierTaken(error) || attempt + 1 >= IDENTIFIER_TRIES) throw error;
    }
  }
}
