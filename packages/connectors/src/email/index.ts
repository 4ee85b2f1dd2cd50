import { defineConnector } from '@weft/connector-kit';
import { emailAuth } from './auth.ts';
import { check } from './check.ts';
import { send } from './operations/send.ts';

export const email = defineConnector({
  id: 'email',
  version: '1.0.0',
  title: 'E-mail',
  summary: 'Sends e-mail through your own mail server or provider (SMTP).',
  icon: { glyph: '✉', color: '#be185d' },
  category: 'web',
  auth: emailAuth,
  operations: [send],
  rateLimit: { perMinute: 120, concurrent: 4 },
  check,
});
