import type { Fields, SalesforceStore } from '../salesforce/store.ts';
import { Random } from './random.ts';
import { put, putLineItem, putProduct } from './salesforce-base.ts';

const DAY_MS = 86_400_000;

const PRODUCTS = [
  { name: 'Managed seat, per year', code: 'MSP-SEAT-Y', family: 'Services', price: 480 },
  { name: 'Onboarding and roll-out', code: 'MSP-ONB', family: 'Services', price: 7200 },
  { name: 'Backup, per server and year', code: 'MSP-BKP-Y', family: 'Services', price: 900 },
  { name: 'Endpoint protection, per year', code: 'SEC-EDR-Y', family: 'Software', price: 72 },
  { name: 'Firewall appliance', code: 'HW-FW-100', family: 'Hardware', price: 1450 },
  { name: 'Project day', code: 'PS-DAY', family: 'Services', price: 1200 },
] as const;

/** Products, and line items on the newest open deals and on the showcase; each deal's items add up to its amount. */
export function seedProducts(store: SalesforceStore, now: number): void {
  // A source of its own, so that everything seeded elsewhere stays as it was.
  const random = new Random(11);
  const by = store.all('User')[1]?.Id ?? '';
  const entries = PRODUCTS.map((product) => putProduct(store, { ...product, at: now - 400 * DAY_MS, by }).entry);
  const [seat, onboarding] = entries;
  for (const deal of store.all('Opportunity')) {
    seedHistory(store, deal, now);
    const isShowcase = String(deal['Name']).startsWith('Northwind');
    if (isShowcase && seat && onboarding) {
      putLineItem(store, deal, { entry: seat, quantity: 85, unitPrice: 480 });
      putLineItem(store, deal, { entry: onboarding, quantity: 1, unitPrice: 7200 });
    } else if (!isShowcase && random.chance(0.4)) {
      const entry = random.pick(entries);
      const quantity = random.pick([1, 2, 4, 5, 10]);
      putLineItem(store, deal, { entry, quantity, unitPrice: Number(deal['Amount']) / quantity });
    }
  }
}

/** A first entry at the start of a deal and, once it moved, one for where it stands. */
function seedHistory(store: SalesforceStore, deal: Fields, now: number): void {
  const created = Date.parse(String(deal['CreatedDate']));
  const changed = Math.min(now, Date.parse(String(deal['LastModifiedDate'])));
  const shared = { OpportunityId: deal.Id, Amount: deal['Amount'], CloseDate: deal['CloseDate'] };
  const by = String(deal['CreatedById']);
  put(store, 'OpportunityHistory', {
    at: created,
    by,
    values: { ...shared, StageName: 'Prospecting', Probability: 10, ForecastCategory: 'Pipeline' },
  });
  if (deal['StageName'] === 'Prospecting') return;
  put(store, 'OpportunityHistory', {
    at: changed,
    by,
    values: { ...shared, StageName: deal['StageName'], Probability: deal['Probability'], ForecastCategory: deal['ForecastCategory'] },
  });
}
