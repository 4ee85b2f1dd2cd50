import { defineConnector } from '@weft/connector-kit';
import { parse } from './operations/parse.ts';
import { write } from './operations/write.ts';

export const xml = defineConnector({
  id: 'xml',
  version: '1.0.0',
  title: 'XML',
  summary: 'Reads and writes XML text and files.',
  icon: { glyph: '</>', color: '#b45309' },
  category: 'core',
  auth: [],
  operations: [parse, write],
});
