import type { HttpErrorTable, HttpResponse } from '@weft/connector-kit';

/** How Acme says that something is wrong. */
interface Body {
  readonly error?: { readonly code?: string; readonly message?: string; readonly field?: string };
}

/** Which of Acme's answers mean what. The kit knows the usual statuses; here stands what is Acme's own. */
export const acmeErrors: HttpErrorTable = {
  vendor: 'Acme',
  rules: [
    { status: 401, class: 'auth', advice: 'Check the account.' },
    { vendorCode: 'name_taken', class: 'conflict', advice: 'Give it another name, or change the item there is.' },
  ],
  read(response: HttpResponse) {
    const { code, message, field } = readBody(response).error ?? {};
    const said = field === undefined ? message : `field ${field}: ${message ?? 'is not valid'}`;
    return {
      ...(code === undefined ? {} : { code }),
      ...(said === undefined ? {} : { message: said }),
      ...(field === undefined ? {} : { issues: [{ path: `input.${field}`, message: message ?? 'is not valid' }] }),
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
