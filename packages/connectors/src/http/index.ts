import { defineConnector } from '@weft/connector-kit';
import { allowedOrigins, httpAuth } from './auth.ts';
import { checkHttp } from './check.ts';
import { getAll } from './operations/get-all.ts';
import { get } from './operations/get.ts';
import { request } from './operations/request.ts';

export const http = defineConnector({
  id: 'http',
  version: '1.1.0',
  title: 'HTTP',
  summary: 'Calls any web service.',
  icon: { glyph: '{}', color: '#475569' },
  category: 'web',
  auth: httpAuth,
  operations: [get, getAll, request],
  rateLimit: { perMinute: 600, concurrent: 8 },
  origins: allowedOrigins,
  check: checkHttp,
});
