import { defineConnector } from '@weft/connector-kit';
import { started } from './triggers/started.ts';

export const manual = defineConnector({
  id: 'manual',
  version: '1.0.0',
  title: 'Manual start',
  summary: 'Started by a person or by an API call.',
  icon: { glyph: '▶', color: '#15803d' },
  category: 'core',
  auth: [],
  operations: [started],
});
