import { defineConnector } from '@weft/connector-kit';
import { called } from './triggers/called.ts';
import { runFailed } from './triggers/run-failed.ts';

export const workflow = defineConnector({
  id: 'workflow',
  version: '1.0.0',
  title: 'Workflow',
  summary: 'Lets workflows start one another.',
  icon: { glyph: '⇶', color: '#4147c9' },
  category: 'core',
  auth: [],
  operations: [called, runFailed],
});
