/** An item as operations give it. */
import type { Item } from './client.ts';

export const itemSchema = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    name: { type: 'string' },
    note: { type: ['string', 'null'] },
    changed_at: { type: 'string', format: 'date-time' },
  },
} as const;

export const itemSample: Item = { id: 7, name: 'Blue widget', note: null, changed_at: '2026-01-15T09:30:00Z' };
