import { describe, expect, test } from 'vitest';
import { mapHttpError, type HttpErrorTable } from './errors.ts';
import { createResponse } from './response.ts';

const table: HttpErrorTable = {
  vendor: 'Acme',
  read: (response) => {
    const body = JSON.parse(response.text()) as { code?: string; message?: string };
    return { ...(body.code === undefined ? {} : { code: body.code }), ...(body.message === undefined ? {} : { message: body.message }) };
  },
  rules: [
    { vendorCode: 'LOCKED', class: 'transient', code: 'row_locked' },
    { status: 403, vendorCode: /LIMIT/, class: 'throttled', retryAfterMs: 60_000, advice: 'The daily allowance is used up.' },
    { status: 400, text: /already/, class: 'conflict' },
  ],
};

const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
  createResponse({ status, headers, url: 'https://acme.example/', bytes: new TextEncoder().encode(JSON.stringify(body)) });

describe('a table of errors', () => {
  test('the first row that fits decides', () => {
    expect(mapHttpError(table, answer(400, { code: 'LOCKED', message: 'already locked' }))).toMatchObject({
      class: 'transient',
      code: 'row_locked',
      message: 'Acme answered 400: already locked.',
    });
    expect(mapHttpError(table, answer(403, { code: 'DAY_LIMIT', message: 'Stop!' }))).toMatchObject({
      class: 'throttled',
      code: 'DAY_LIMIT',
      retryAfterMs: 60_000,
      message: 'Acme answered 403: Stop! The daily allowance is used up.',
    });
    expect(mapHttpError(table, answer(400, { message: 'It is already there' }))).toMatchObject({ class: 'conflict', code: 'http_400' });
  });

  test.each([
    [401, 'auth'],
    [403, 'auth'],
    [404, 'notFound'],
    [408, 'transient'],
    [409, 'conflict'],
    [418, 'invalid'],
    [429, 'throttled'],
    [500, 'transient'],
    [503, 'transient'],
  ])('status %i alone is %s', (status, errorClass) => {
    expect(mapHttpError(table, answer(status, {})).class).toBe(errorClass);
  });

  test('the wait stands in seconds or as a date, and beats the table', () => {
    expect(mapHttpError(table, answer(429, {}, { 'retry-after': '30' })).retryAfterMs).toBe(30_000);
    expect(
      mapHttpError(table, answer(403, { code: 'LIMIT' }, { 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' }), Date.UTC(2026, 0, 1))
        .retryAfterMs,
    ).toBe(60_000);
    expect(mapHttpError(table, answer(429, {}, { 'retry-after': 'soon' })).retryAfterMs).toBeUndefined();
  });
});
