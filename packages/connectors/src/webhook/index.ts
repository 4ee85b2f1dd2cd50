import { defineConnector } from '@weft/connector-kit';
import { webhookAuth } from './auth.ts';
import { received } from './triggers/received.ts';

export const webhook = defineConnector({
  id: 'webhook',
  version: '1.0.0',
  title: 'Webhook',
  summary: 'Lets other systems start a workflow.',
  icon: { glyph: '↯', color: '#7c3aed' },
  category: 'core',
  auth: webhookAuth,
  operations: [received],
});
