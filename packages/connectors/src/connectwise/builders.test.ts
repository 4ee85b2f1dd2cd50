import { normalName, telltaleWord, webDomain } from '@weft/connector-kit';
import { describe, expect, test } from 'vitest';
import { acceptHeader, authHeaders, connectwiseOrigins, siteOf } from './auth.ts';
import { nextPageId } from './client.ts';
import { buildFilter, cwLiteral, cwString } from './conditions.ts';
import { overlayCustomFields, splitCustomFields } from './custom-fields.ts';
import { customFieldName } from './fields.ts';
import { cutAtWord, identifierVariant, makeIdentifier } from './naming.ts';
import { buildPatch } from './patch.ts';
import { withReferences } from './references.ts';

describe('conditions', () => {
  test('literals by type', () => {
    expect([
      cwLiteral(true),
      cwLiteral(5),
      cwLiteral(null),
      cwLiteral('x'),
      cwLiteral('2026-01-15T10:00:00+02:00'),
      cwLiteral('2026-01-15'),
    ]).toEqual(['True', '5', 'null', '"x"', '[2026-01-15T08:00:00Z]', '"2026-01-15"']);
    expect(() => cwLiteral({})).toThrow(/cannot be compared/);
  });

  test('a value cannot leave its quotes', () => {
    expect(cwString('x" or id > 0 or name="y')).toBe(`'x" or id > 0 or name="y'`);
    expect(cwString("O'Brien")).toBe('"O\'Brien"');
    expect(cwString('ends with \\')).toBe('"ends with \\\\"');
    expect(buildFilter([{ field: 'name', operator: '=', value: `a "b" 'c'` }])).toEqual({ conditions: 'name like "a *b* *c*"' });
    expect(() => buildFilter([{ field: 'name', operator: '>', value: `"'` }])).toThrow(/both kinds of quotes/);
  });

  test('each kind of field goes to its own parameter', () => {
    expect(
      buildFilter([
        { field: 'status.name', operator: '!=', value: 'Closed' },
        { field: 'id', operator: 'in', value: '1, 2' },
        { field: 'communicationItems/value', operator: '=', value: 'a@x.com' },
        { field: 'customField:SF Id', operator: '=', value: '001' },
      ]),
    ).toEqual({
      conditions: 'status/name != "Closed" AND id in (1,2)',
      childConditions: 'communicationItems/value = "a@x.com"',
      customFieldConditions: 'caption="SF Id" AND value = "001"',
    });
    expect(buildFilter([{ field: 'id', operator: '>', value: 5 }], { conditions: 'a = 1 or b = 2' })).toEqual({
      conditions: 'id > 5 AND (a = 1 or b = 2)',
    });
    expect(() =>
      buildFilter([
        { field: 'customField:A', operator: '=', value: 1 },
        { field: 'customField:B', operator: '=', value: 1 },
      ]),
    ).toThrow(/one custom field/);
    expect(() => buildFilter([{ field: 'communicationItems/value', operator: 'in', value: ['a'] }])).toThrow(/own fields only/);
    expect(() => buildFilter([{ field: 'id > 0 or name', operator: '=', value: 1 }])).toThrow(/not the name/);
  });
});

describe('patches', () => {
  const definitions = [
    { id: 1, caption: 'SF Id', value: '001' },
    { id: 2, caption: 'Sync Src', value: null },
  ];
  const current = { id: 9, name: 'Acme', status: { id: 1, name: 'Active' }, phoneNumber: '1', customFields: definitions };

  test('what is so already is not sent; nothing to send is nothing', () => {
    expect(buildPatch(current, { name: 'Acme', status: { name: 'active' }, customFields: { SF_Id: '001' } })).toEqual([]);
    expect(buildPatch(current, { missing: null })).toEqual([]);
  });

  test('references are replaced whole, custom fields always go along in full', () => {
    expect(buildPatch(current, { status: { name: 'Inactive' } })).toEqual([
      { op: 'replace', path: 'status', value: { name: 'Inactive' } },
      {
        op: 'replace',
        path: 'customFields',
        value: [
          { id: 1, caption: 'SF Id', value: '001' },
          { id: 2, caption: 'Sync Src', value: null },
        ],
      },
    ]);
    expect(buildPatch(current, { customFields: [{ caption: 'sync src', value: 'weft' }] })).toEqual([
      {
        op: 'replace',
        path: 'customFields',
        value: [
          { id: 1, caption: 'SF Id', value: '001' },
          { id: 2, caption: 'Sync Src', value: 'weft' },
        ],
      },
    ]);
  });

  test('items of a contact: one of the same type is replaced, others are added at the end', () => {
    const contact = {
      id: 1,
      communicationItems: [
        { id: 13, type: { id: 1 }, value: 'a@x.com' },
        { id: 2, type: { id: 2 }, value: '1' },
      ],
    };
    expect(
      buildPatch(contact, {
        communicationItems: [
          { type: { id: 2 }, value: '2' },
          { type: { id: '1' }, value: 'a@x.com' },
          { type: { id: 3 }, value: '9' },
        ],
      }),
    ).toEqual([
      { op: 'replace', path: '/communicationItems/1/value', value: '2' },
      { op: 'add', path: '/communicationItems/2', value: { type: { id: 3 }, value: '9' } },
    ]);
  });
});

describe('custom fields', () => {
  test('are found by caption in every way people write it', () => {
    const { fields, custom } = splitCustomFields({ name: 'A', 'customField:SF Id': '1', customFields: { Sync_Src: '2' } });
    expect(fields).toEqual({ name: 'A' });
    expect([...custom.values()].map(({ value }) => value)).toEqual(['1', '2']);
    expect(
      overlayCustomFields(
        [
          { id: 7, caption: 'SF Id ' },
          { id: 8, caption: 'sync src', value: 'x' },
        ],
        custom,
      ),
    ).toEqual([
      { id: 7, caption: 'SF Id ', value: '1' },
      { id: 8, caption: 'sync src', value: '2' },
    ]);
    expect(customFieldName('SF Id')).toBe('customFields.SF_Id');
  });

  test('one that does not exist is named, with those that do', () => {
    expect(() =>
      overlayCustomFields([{ id: 1, caption: 'SF Id' }], splitCustomFields({ customFields: [{ caption: 'Colour', value: 1 }] }).custom),
    ).toThrow(/no custom field "Colour" here. There are: "SF Id"/);
  });
});

describe('names', () => {
  test('are compared without case, punctuation and legal form', () => {
    for (const name of ['ACME, Inc.', 'Acme', 'The Acme Co. Ltd', 'Ácme  LLC']) expect(normalName(name)).toBe('acme');
    expect(normalName('Smith & Sons GmbH & Co. KG')).toBe('smith and sons');
    expect(normalName('SA Power')).toBe('sa power');
    expect(normalName('The Limited')).toBe('limited');
    expect(normalName('株式会社東京')).toBe('株式会社東京');
    expect(telltaleWord('The A Springfield Co')).toBe('Springfield');
  });

  test('identifiers are unique, short and plain', () => {
    expect(makeIdentifier('Acme Holdings International Limited')).toBe('ACMEHOLDINGSINTERNATIONAL');
    expect(identifierVariant('ACMEHOLDINGSINTERNATIONAL', 1)).toBe('ACMEHOLDINGSINTERNATIONA2');
    expect(makeIdentifier('Łódź & Søn')).toBe('LODZSON');
    expect(makeIdentifier('東京')).toMatch(/^C[A-Z0-9]{3,24}$/);
    expect(makeIdentifier('東京')).not.toBe(makeIdentifier('大阪'));
  });

  test('are cut at a word and never inside a character', () => {
    expect(cutAtWord('Consolidated Intergalactic Holdings of the Northern Hemisphere', 50)).toBe(
      'Consolidated Intergalactic Holdings of the',
    );
    expect(cutAtWord(`${'x'.repeat(49)}😀`, 50)).toBe('x'.repeat(49));
    expect(cutAtWord(' short ', 50)).toBe('short');
    expect(webDomain('HTTPS://www.Acme.example/about')).toBe('acme.example');
  });
});

describe('the account', () => {
  test('regions, own servers and what the browser shows all lead to the API', () => {
    expect(siteOf({ site: 'na' })).toEqual({ api: 'https://api-na.myconnectwise.net', ui: 'https://na.myconnectwise.net' });
    expect(siteOf({ site: 'https://api-eu.myconnectwise.net/v4_6_release/apis/3.0' })).toEqual({
      api: 'https://api-eu.myconnectwise.net',
      ui: 'https://eu.myconnectwise.net',
    });
    expect(siteOf({ site: 'psa.example.com' })).toEqual({ api: 'https://psa.example.com', ui: 'https://psa.example.com' });
    expect(connectwiseOrigins({ site: 'http://127.0.0.1:4010' })).toEqual(['http://127.0.0.1:4010']);
    for (const site of ['', 'northamerica', 'http://']) expect(() => siteOf({ site })).toThrow(/neither a region/);
  });

  test('headers', () => {
    expect(authHeaders({ companyId: 'acme', publicKey: 'pub', privateKey: 'priv', clientId: 'guid' })).toEqual({
      authorization: `Basic ${Buffer.from('acme+pub:priv').toString('base64')}`,
      clientId: 'guid',
    });
    expect([acceptHeader({}), acceptHeader({ apiVersion: 'none' })]).toEqual([
      'application/vnd.connectwise.com+json; version=2025.1',
      'application/json',
    ]);
  });

  test('of a link only the number is taken', () => {
    expect(nextPageId('<https://evil.example/x?conditions=a%2cb&pageId=75>; rel="next", <https://h/y?pageId=1>; rel="first"')).toBe(75);
    expect(nextPageId('<https://h/y?page=1>; rel="first"')).toBeUndefined();
    expect(nextPageId(undefined)).toBeUndefined();
  });

  test('scalars where references belong become references', () => {
    expect(withReferences({ company: 250, board: 'Service', owner: 'jdoe', status: { id: 1 }, summary: 'x', gone: undefined })).toEqual({
      company: { id: 250 },
      board: { name: 'Service' },
      owner: { identifier: 'jdoe' },
      status: { id: 1 },
      summary: 'x',
    });
  });
});
