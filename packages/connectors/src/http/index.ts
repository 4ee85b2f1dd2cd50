import { defineConnector, isWeftError } from '@weft/connector-kit';
import { authHeaders, httpAuth, siteOrigin } from './auth.ts';
import { get } from './operations/get.ts';
import { request } from './operations/request.ts';

export const http = defineConnector({
  id: 'http',
  version: '1.0.0',
  title: 'HTTP',
  summary: 'Calls any web service.',
  icon: { glyph: '{}', color: '#475569' },
  category: 'web',
  auth: httpAuth,
  operations: [get, request],
  rateLimit: { perMinute: 600, concurrent: 8 },
  origins: (values) => [siteOrigin(values)],
  async check(context) {
    const values = context.connection?.values ?? {};
    try {
      const origin = siteOrigin(values);
      const answer = await context.http.request({ url: origin, headers: authHeaders(values), timeoutMs: 15_000 });
      if (answer.status === 401) return { ok: false, message: `${origin} refuses these credentials (401).` };
      return {
        ok: true,
        account: new URL(origin).host,
        detail: `Answered ${answer.status}. Whether the credentials are right shows with the first real call.`,
      };
    } catch (error) {
      if (!isWeftError(error)) throw error;
      return { ok: false, message: error.message, field: 'site' };
    }
  },
});
