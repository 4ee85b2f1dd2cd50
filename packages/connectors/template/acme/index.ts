import { defineConnector } from '@weft/connector-kit';
import { acmeAuth, acmeOrigins } from './auth.ts';
import { checkAcme } from './check.ts';
import { createItem } from './operations/create-item.ts';
import { findItems } from './operations/find-items.ts';
import { itemChanged } from './triggers/item-changed.ts';

export const acme = defineConnector({
  id: 'acme',
  version: '1.0.0',
  title: 'Acme',
  summary: 'Items of Acme.',
  icon: { glyph: 'A', color: '#475569' },
  category: 'other',
  auth: acmeAuth,
  operations: [itemChanged, findItems, createItem],
  check: checkAcme,
  // What the vendor allows one account, or less: others use it too.
  rateLimit: { perMinute: 300, concurrent: 4 },
  origins: acmeOrigins,
});
