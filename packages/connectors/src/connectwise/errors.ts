import type { HttpErrorTable, HttpResponse, Issue } from '@weft/connector-kit';

interface Body {
  readonly code?: string;
  /** The capacity answer says `error` where all others say `code`. */
  readonly error?: string;
  readonly message?: string;
  readonly errors?:
    | readonly { readonly code?: string; readonly message?: string; readonly field?: string; readonly resource?: string }[]
    | null;
}

/** Answers of ConnectWise PSA (Developer Guide, "Errors" and "Retry"): 4xx are never repeated, except 429. */
export const connectwiseErrors: HttpErrorTable = {
  vendor: 'ConnectWise',
  rules: [
    { status: 401, class: 'auth', advice: 'Check the company id and the keys of the API member.', reconnect: true },
    { status: 403, text: /permission/i, class: 'auth', advice: 'Give the API member’s security role this right.' },
    { status: 403, text: /SSL/i, class: 'invalid', advice: 'Write the site with https://.' },
    { status: 403, class: 'auth', advice: 'Check the Client ID and the API member’s security role.' },
    { status: 404, vendorCode: 'NotFound', class: 'notFound' },
    { status: 404, class: 'notFound', advice: 'On the cloud this may also mean wrong keys or company id.' },
    { vendorCode: 'Security', text: /SSL/i, class: 'invalid', advice: 'Write the site with https://.' },
    { vendorCode: 'ApiFindCondition', class: 'invalid', advice: 'Correct the condition.' },
    { vendorCode: 'ObjectExists', class: 'conflict', code: 'already_exists' },
    // The server's parser failing on our value is answered 500, and would be answered so again.
    { status: 500, text: /was not recognized as a valid|could not (cast|convert)|error converting value/i, class: 'invalid' },
    { status: 429, class: 'throttled', retryAfterMs: 30_000 },
  ],
  read(response: HttpResponse) {
    const body = readBody(response);
    const errors = body.errors ?? [];
    const issues: Issue[] = errors.map((error) => ({
      path: error.field === undefined ? '' : `record.${error.field.replaceAll('/', '.')}`,
      message: error.message ?? error.code ?? 'is not valid',
    }));
    const exists = errors.find((error) => error.code === 'ObjectExists');
    const code = exists?.code ?? body.code ?? body.error;
    const said = [body.message, ...errors.map((error) => [error.field, error.message].filter(Boolean).join(': '))]
      .filter(Boolean)
      .join('; ');
    return {
      ...(code === undefined ? {} : { code }),
      ...(said === '' ? {} : { message: said }),
      issues,
      ...(errors.length === 0 ? {} : { detail: { errors } }),
    };
  },
};

function readBody(response: HttpResponse): Body {
  try {
    const body = response.json();
    return typeof body === 'object' && body !== null ? (body as Body) : {};
  } catch {
    // A proxy's page in place of the vendor's answer: the status alone decides.
    return {};
  }
}
