import { defineConnector } from '@weft/connector-kit';
import { parse } from './operations/parse.ts';
import { write } from './operations/write.ts';

export const json = defineConnector({
  id: 'json',
  version: '1.0.0',
  title: 'JSON',
  summary: 'Reads and writes JSON text and files.',
  icon: { glyph: '{:}', color: '#334155' },
  category: 'core',
  auth: [],
  operations: [parse, write],
});
