import type { HttpErrorTable, HttpResponse } from '@weft/connector-kit';

/** For services nobody knows beforehand: the status decides, the body is quoted. */
export function errorTable(url: string): HttpErrorTable {
  return {
    vendor: new URL(url).host,
    rules: [],
    read(response: HttpResponse) {
      const body = response.text().slice(0, 2000);
      return { ...messageOf(body), detail: { body } };
    },
  };
}

function messageOf(body: string): { message?: string } {
  try {
    const parsed = JSON.parse(body) as Record<string, unknown>;
    const error = parsed['error'];
    const nested = typeof error === 'object' && error !== null ? (error as Record<string, unknown>)['message'] : error;
    const message = [parsed['message'], nested, parsed['detail'], parsed['title']].find((candidate) => typeof candidate === 'string');
    return typeof message === 'string' ? { message: message.slice(0, 300) } : {};
  } catch {
    // No JSON: only plain text that is short enough to be a sentence says something to a person.
    return body.length > 0 && body.length < 300 && !body.includes('<') ? { message: body } : {};
  }
}
