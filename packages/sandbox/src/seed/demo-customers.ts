import { Random } from './random.ts';
import { COMPANY_HEADS, FIRST_NAMES, LAST_NAMES, PLACES, STREETS, TITLES, TRADES } from './words.ts';

/** A person at a customer. */
export interface Person {
  firstName: string;
  lastName: string;
  title: string;
  email: string | undefined;
  phone: string | undefined;
}

/** A customer before it becomes an account, a company, or both. */
export interface Customer {
  name: string;
  /** The same customer's name in the PSA. */
  psaName: string;
  domain: string;
  industry: string;
  staff: number;
  phone: string;
  street: string;
  city: string;
  state: string;
  zip: string;
  people: Person[];
  isInCrm: boolean;
  isInPsa: boolean;
  isLinked: boolean;
  /** Filled when the account is made, for links kept in the PSA. */
  accountId?: string;
  contactIds?: string[];
}

const LEGAL_FORMS = [
  ['Ltd', 'Limited'],
  ['Inc', 'Incorporated'],
  ['LLC', 'L.L.C.'],
  ['Co', 'Company'],
] as const;

/** 201 customers: 140 with an account, 120 with a company, 59 of them with both. */
export function makeCustomers(): Customer[] {
  const random = new Random(20_261_123);
  const customers: Customer[] = [
    {
      ...make(random, { name: 'Acme Ltd', psaName: 'ACME Limited' }),
      domain: 'acme-supplies.example',
      industry: 'Manufacturing',
      isInCrm: true,
      isInPsa: true,
      isLinked: false,
    },
  ];
  for (let index = 0; index < 200; index += 1) {
    const trade = TRADES[(index * 7 + Math.floor(index / 110) * 3) % TRADES.length] ?? TRADES[0];
    const base = `${COMPANY_HEADS[index % COMPANY_HEADS.length] ?? ''} ${trade.tail}`;
    const isShared = index < 58;
    const form = random.chance(0.35) ? random.pick(LEGAL_FORMS) : undefined;
    const name = form ? `${base} ${form[0]}` : base;
    const customer = make(random, { name, psaName: isShared && random.chance(0.4) ? respelt(random, base, form) : name });
    customers.push({
      ...customer,
      industry: trade.industry,
      staff: random.int(trade.staff[0], trade.staff[1]),
      isInCrm: isShared || index < 139,
      isInPsa: isShared || index >= 139,
      isLinked: isShared && random.chance(0.75),
    });
  }
  return customers;
}

/** The same firm as somebody else typed it. */
function respelt(random: Random, base: string, form: readonly [string, string] | undefined): string {
  const style = random.int(0, 3);
  if (style === 0) return `${base.toUpperCase()}${form ? ` ${form[0].toUpperCase()}` : ''}`;
  if (style === 1) return `${base}${form ? `, ${form[1]}` : ' Inc.'}`;
  if (style === 2) return `The ${base}`;
  return base.replace('&', 'and').replace(' Group', ' Grp');
}

function make(random: Random, names: { name: string; psaName: string }): Customer {
  const place = random.pick(PLACES);
  const domain = `${names.name
    .toLowerCase()
    .replace(/&/g, 'and')
    .replace(/\b(ltd|inc|llc|co)$/, '')
    .replace(/[^a-z0-9]+/g, '')}.example`;
  const phone = `(${random.int(205, 979)}) 555-${String(random.int(100, 9999)).padStart(4, '0')}`;
  return {
    ...names,
    domain,
    industry: 'Other',
    staff: random.int(10, 200),
    phone,
    street: `${random.int(10, 990)} ${random.pick(STREETS)}`,
    city: place.city,
    state: place.state,
    zip: `${place.zip}${random.int(10, 99)}`,
    people: Array.from({ length: random.int(1, 3) }, (_, index) =>
      person(random, { domain, isShared: index === 1 && random.chance(0.15) }),
    ),
    isInCrm: false,
    isInPsa: false,
    isLinked: false,
  };
}

/** Some people have no e-mail at all, some share the firm's info@ address. */
function person(random: Random, given: { domain: string; isShared: boolean }): Person {
  const firstName = random.pick(FIRST_NAMES);
  const lastName = random.pick(LAST_NAMES);
  const own = `${firstName}.${lastName}@${given.domain}`.toLowerCase();
  return {
    firstName,
    lastName,
    title: random.pick(TITLES),
    email: random.chance(0.07) ? undefined : given.isShared ? `info@${given.domain}` : own,
    phone: random.chance(0.1) ? undefined : `(${random.int(205, 979)}) 555-${String(random.int(100, 9999)).padStart(4, '0')}`,
  };
}
