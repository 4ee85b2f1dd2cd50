import { defineConnector } from '@weft/connector-kit';
import { parse } from './operations/parse.ts';
import { write } from './operations/write.ts';

export const csv = defineConnector({
  id: 'csv',
  version: '1.0.0',
  title: 'CSV',
  summary: 'Reads and writes tables as CSV text and files.',
  icon: { glyph: ',;', color: '#15803d' },
  category: 'core',
  auth: [],
  operations: [parse, write],
});
