import { defineConnector } from '@weft/connector-kit';
import { at } from './triggers/at.ts';

export const schedule = defineConnector({
  id: 'schedule',
  version: '1.0.0',
  title: 'Schedule',
  summary: 'Starts a workflow by the clock.',
  icon: { glyph: '◷', color: '#0e7490' },
  category: 'core',
  auth: [],
  operations: [at],
});
