import { defineConnector, isWeftError } from '@weft/connector-kit';
import { allowedOrigins, httpAuth, siteOrigin } from './auth.ts';
import { send } from './client.ts';
import { getAll } from './operations/get-all.ts';
import { get } from './operations/get.ts';
import { request } from './operations/request.ts';
import { forgetToken } from './token.ts';

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
  async check(context, options) {
    const values = context.connection?.values ?? {};
    if (options?.afresh === true && context.connection !== undefined) forgetToken(context.connection);
    try {
      const origin = siteOrigin(values);
      const answer = await send(context, { method: 'GET', url: origin, timeoutSeconds: 15 });
      if (answer.status === 401) return { ok: false, message: `${origin} refuses these credentials (401).` };
      return {
        ok: true,
        account: new URL(origin).host,
        detail: `Answered ${answer.status}. Whether the credentials are right shows with the first real call.`,
      };
    } catch (error) {
      if (!isWeftError(error)) throw error;
      return { ok: false, message: error.message, field: fieldOf(error.detail) ?? 'site' };
    }
  },
});

/** The field of the form that an error is about, where it tells. */
function fieldOf(detail: unknown): string | undefined {
  const field = (detail as { field?: unknown } | undefined)?.field;
  return typeof field === 'string' ? field : undefined;
}
