import { defineConnector } from '@weft/connector-kit';
import { checkEcho } from './operations/check-echo.ts';
import { remember } from './operations/remember.ts';

export const sync = defineConnector({
  id: 'sync',
  version: '1.0.0',
  title: 'Sync guard',
  summary: 'Keeps two-way workflows from answering their own writes.',
  icon: { glyph: '⇄', color: '#7c3aed' },
  category: 'core',
  auth: [],
  operations: [checkEcho, remember],
});
