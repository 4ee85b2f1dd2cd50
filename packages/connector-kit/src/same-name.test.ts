import { expect, it } from 'vitest';
import { webDomain } from './same-name.ts';

it.each([
  ['https://www.acme.example/contact', 'acme.example'],
  ['ACME.example', 'acme.example'],
  ['acme', undefined],
  ['', undefined],
  ['https://www.facebook.com/acme', undefined],
  ['https://de.linkedin.com/company/acme', undefined],
  ['gmail.com', undefined],
  ['https://sites.acme-google.example', 'sites.acme-google.example'],
])('of %j the domain is %j: one that many share tells nothing', (website, domain) => expect(webDomain(website)).toBe(domain));
