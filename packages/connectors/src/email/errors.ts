/** What went wrong between us and a mail server, as a failure with a class and a sentence. */
import { doNotRetry, isWeftError, reconnect, WeftError } from '@weft/connector-kit';
import type { MailAccount } from './auth.ts';

/** What the client library says of a failure. */
interface MailFault {
  readonly code?: string;
  /** The code of the system or of TLS, where `code` is one of the library. */
  readonly originalCode?: string;
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
  readonly timeoutType?: string;
  readonly recipient?: string;
  readonly rejectedErrors?: readonly MailFault[];
  readonly message?: string;
}

export interface FailedMail {
  readonly account: MailAccount;
  readonly cancelled: boolean;
  /** The whole message was handed over, but no answer came. */
  readonly outcomeUnknown: boolean;
}

/** Turns whatever was thrown into a `WeftError`; `detail.field` names the field of the account to look at. */
export function mailError(thrown: unknown, about: FailedMail): WeftError {
  if (isWeftError(thrown)) return thrown;
  const fault = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as MailFault;
  const { account, outcomeUnknown } = about;
  if (about.cancelled)
    return new WeftError({
      class: 'cancelled',
      code: 'cancelled',
      message: `The call to ${account.host} was stopped.`,
      cause: thrown,
      outcomeUnknown,
    });
  return byCommand(fault, account) ?? byTls(fault, account) ?? byConnection(fault, about);
}

/** Refusals: the server has answered, so that everybody knows what became of the message. */
function byCommand(fault: MailFault, account: MailAccount): WeftError | undefined {
  const { command = '', responseCode = 0 } = fault;
  const said = wordsOf(fault.response);
  if (fault.code === 'EAUTH') return loginRefused(fault, account);
  if (fault.code === 'EMESSAGE' && responseCode === 0)
    return doNotRetry(`The message is too large for ${account.host}. Leave out attachments. (${fault.message ?? ''})`, {
      code: 'message_too_large',
      cause: fault,
    });
  if (responseCode === 530 || responseCode === 535) return loginRefused(fault, account);
  if (responseCode < 400) return undefined;
  const isForNow = responseCode < 500 || responseCode === 503;
  if (command === 'MAIL FROM')
    return isForNow
      ? forNow(`${account.host} does not take mail from ${account.from.address} now: ${said}`, fault)
      : doNotRetry(`${account.host} refuses the sender ${account.from.address}: ${said}`, {
          code: 'sender_refused',
          detail: { field: 'from' },
          cause: fault,
        });
  if (command === 'RCPT TO') {
    const who = recipientsOf(fault);
    return isForNow
      ? forNow(`${account.host} does not take mail for ${who} now: ${said}`, fault)
      : doNotRetry(`${account.host} refuses ${who}: ${said}`, { code: 'recipient_refused', cause: fault });
  }
  if (command === 'DATA')
    return isForNow
      ? forNow(`${account.host} does not take the message now: ${said}`, fault)
      : doNotRetry(`${account.host} refuses the message: ${said}`, { code: 'message_refused', cause: fault });
  if (isForNow) return forNow(`${account.host} is not ready: ${said}`, fault);
  return fault.code === 'ETLS'
    ? undefined
    : doNotRetry(`${account.host} refuses the connection: ${said}`, {
        code: 'connection_refused',
        detail: { field: 'host' },
        cause: fault,
      });
}

function loginRefused(fault: MailFault, account: MailAccount): WeftError {
  const said = wordsOf(fault.response);
  const { responseCode = 0 } = fault;
  if (responseCode >= 400 && responseCode < 500) return forNow(`${account.host} cannot check the login now: ${said}`, fault);
  const message =
    account.user === undefined
      ? `${account.host} wants a login: ${said} Enter user name and password.`
      : `${account.host} refuses the login of "${account.user}"${said === '' ? '. Check user name and password.' : `: ${said}`}`;
  return reconnect(message, { code: 'login_refused', detail: { field: account.user === undefined ? 'user' : 'password' }, cause: fault });
}

const CERTIFICATES: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'has a self-signed certificate, which is not trusted. If the server is yours, enter its certificate as the one to trust',
  SELF_SIGNED_CERT_IN_CHAIN:
    'has a certificate of its own authority, which is not trusted. If the server is yours, enter that authority’s certificate as the one to trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate of an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'has a certificate of an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate of an authority that is not known here',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  CERT_NOT_YET_VALID: 'has a certificate that is not valid yet',
  CERT_REVOKED: 'has a certificate that was taken back',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name. Use the name that stands in it as the server',
};

function byTls(fault: MailFault, { host, port }: MailAccount): WeftError | undefined {
  const code = fault.originalCode ?? '';
  const certificate = CERTIFICATES[code];
  // As for web services: another try may meet a mended server.
  if (certificate !== undefined)
    return new WeftError({
      class: 'transient',
      code,
      message: `${host} ${certificate}.`,
      detail: { field: code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? 'host' : 'certificate' },
      cause: fault,
    });
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO')
    return doNotRetry(`${host} does not speak TLS from the start on port ${port}. Choose STARTTLS, or another port.`, {
      code: 'tls_not_spoken',
      detail: { field: 'security' },
      cause: fault,
    });
  if (fault.code === 'ETLS' && fault.response !== undefined)
    return doNotRetry(`${host} does not offer STARTTLS on port ${port}. Choose TLS from the start, or another port.`, {
      code: 'starttls_not_offered',
      detail: { field: 'security' },
      cause: fault,
    });
  return undefined;
}

function byConnection(fault: MailFault, { account, outcomeUnknown }: FailedMail): WeftError {
  const { host, port } = account;
  const transient = (code: string, message: string, field?: string): WeftError =>
    new WeftError({
      class: 'transient',
      code,
      message,
      cause: fault,
      outcomeUnknown,
      ...(field === undefined ? {} : { detail: { field } }),
    });
  if (fault.timeoutType === 'GREETING_TIMEOUT')
    return transient(
      'timeout',
      `${host} accepts connections on port ${port} but says nothing. If the port is one with TLS from the start, such as 465, choose that.`,
      'security',
    );
  if (fault.code === 'ETIMEDOUT') return transient('timeout', `${host} stopped answering.`);
  if (fault.code === 'EPROTOCOL')
    return doNotRetry(`${host} does not answer on port ${port} as a mail server does: "${wordsOf(fault.response)}"`, {
      code: 'not_smtp',
      detail: { field: 'port' },
      cause: fault,
    });
  return transient(
    'connection_lost',
    `${host} closed the connection${outcomeUnknown ? ' before it said whether it took the message' : ' before it took the message'}.`,
  );
}

function forNow(message: string, fault: MailFault): WeftError {
  const waitMs = waitIn(fault.response ?? '');
  return new WeftError({
    class: 'transient',
    code: `smtp_${fault.responseCode ?? 0}`,
    message,
    cause: fault,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  });
}

/** Servers that put off unknown senders say for how long: "Greylisted, try again in 300 seconds". */
function waitIn(response: string): number | undefined {
  const [, amount, unit] = /\bin (\d{1,4}) ?(s|sec|m|min)(?:ond|ute)?s?\b/i.exec(response) ?? [];
  return amount === undefined ? undefined : Number(amount) * (/^m/i.test(unit ?? '') ? 60_000 : 1000);
}

function recipientsOf(fault: MailFault): string {
  const all = (fault.rejectedErrors ?? [fault]).map(({ recipient }) => recipient ?? 'the recipient');
  return all.length > 3 ? `${all.slice(0, 3).join(', ')} and ${all.length - 3} more` : all.join(', ');
}

/** The server's own words, without codes, as one sentence. */
export function wordsOf(response: string | undefined): string {
  const words = (response ?? '')
    .split(/\r?\n/)
    .map((line) =>
      line
        .replace(/^\d{3}[ -]?(?:\d\.\d{1,3}\.\d{1,3} ?)?/, '')
        .replace(/\p{Cc}+/gu, ' ')
        .trim(),
    )
    .filter((line) => line !== '')
    .join(' ')
    .slice(0, 400)
    .toWellFormed();
  return words === '' || /[.!?]$/.test(words) ? words : `${words}.`;
}
