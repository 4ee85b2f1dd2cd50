/**
 * TCP connections for protocols other than HTTP, behind the same guard: the address is checked as it is written, as
 * each answer of the name look-up, and as the remote end of the connected socket.
 */
import { connect, isIP, type Socket } from 'node:net';
import { isWeftError, WeftError } from '@weft/errors';
import { isAllowedByPolicy, isForbiddenName, isPublicAddress, normaliseHost, type EgressPolicy } from './http/addresses.ts';
import { answering, checkedAddresses, denied, deniedAddress, systemLookup, type NameLookup } from './http/egress.ts';
import { codeOf, explain } from './http/transport-errors.ts';
import type { RateLimiter } from './rate-limit.ts';

const CONNECT_TIMEOUT_MS = 5000;

/** Where to connect to. */
export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  /** The ports below 1024 that the protocol has: all others belong to other services and are refused. */
  readonly ownPorts: readonly number[];
  /** Longest time until the connection stands, name look-up included, milliseconds. Default 5000. */
  readonly timeoutMs?: number;
}

/** A connection, to be handed to a library that speaks a protocol over it. */
export type TcpSocket = Socket;

/** Opens connections during a call. */
export interface TcpClient {
  /**
   * Gives a connected socket, without TLS; the caller ends it. Throws `invalid` when the guard refuses, `transient`
   * when nothing answers, `throttled` when our own limit says wait. It is destroyed when the call is stopped.
   */
  connect(target: TcpTarget): Promise<TcpSocket>;
}

export interface TcpClientOptions {
  readonly policy: EgressPolicy;
  readonly signal: AbortSignal;
  /** A connection holds a place in it until it is closed. */
  readonly limiter?: RateLimiter;
}

/** Makes the TCP client of one call. */
export function createTcpClient(options: TcpClientOptions): TcpClient {
  return {
    async connect(target) {
      const release = await options.limiter?.acquire(options.signal);
      try {
        const socket = await connectGuarded(options.policy, target, { signal: options.signal });
        socket.once('close', () => release?.());
        return socket;
      } catch (error) {
        release?.();
        throw error;
      }
    },
  };
}

/** Connects where the policy lets it, whatever the name resolves to. Tests pass a look-up of their own. */
export async function connectGuarded(
  policy: EgressPolicy,
  target: TcpTarget,
  options: { readonly signal: AbortSignal; readonly lookup?: NameLookup },
): Promise<Socket> {
  const { port } = target;
  const host = checkTarget(target, policy);
  const mayConnect = (address: string): boolean => isPublicAddress(address) || isAllowedByPolicy(policy, { host, port, address });
  const timeoutMs = target.timeoutMs ?? CONNECT_TIMEOUT_MS;
  const deadline = AbortSignal.timeout(timeoutMs);
  const ended = AbortSignal.any([options.signal, deadline]);
  try {
    const addresses = await orAborted(checkedAddresses(host, mayConnect, options.lookup ?? systemLookup), ended);
    if (addresses instanceof Error) throw addresses;
    const socket = connect({ host, port, lookup: answering(addresses), autoSelectFamily: true });
    await connected(socket, ended);
    const remote = socket.remoteAddress ?? '';
    if (!mayConnect(remote)) {
      socket.destroy();
      throw deniedAddress(host, remote);
    }
    // An error closes the socket, which its user hears; one that comes before anybody listens must not end the process.
    socket.on('error', () => {});
    destroyOnAbort(socket, options.signal);
    return socket;
  } catch (thrown) {
    if (isWeftError(thrown)) throw thrown;
    throw connectError(thrown, { where: `${host}:${port}`, cancelled: options.signal.aborted, timedOut: deadline.aborted, timeoutMs });
  }
}

/** Checks all that can be known without a look-up. Gives the host in its plain form. */
function checkTarget({ host: given, port, ownPorts }: TcpTarget, policy: EgressPolicy): string {
  const host = plainHost(given);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new WeftError({ class: 'invalid', code: 'port_malformed', message: `"${port}" is not a port. Ports are 1 to 65535.` });
  if (isAllowedByPolicy(policy, { host, port })) return host;
  if (port < 1024 && !ownPorts.includes(port))
    throw denied(`Port ${port} of "${host}" is reserved for another service and cannot be called.`);
  if (isForbiddenName(host)) throw deniedAddress(host, 'this machine or an internal service');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw deniedAddress(host, host);
  return host;
}

/** A host as the parser of addresses writes it, which turns decimal, octal, hex, short and circled forms into the plain one. */
function plainHost(given: string): string {
  const text = given.trim();
  const isPlain = isIP(text) === 6 || /^(\[[\da-f:.]+\]|[^\s/\\?#@:[\]]+)$/i.test(text);
  const url = isPlain ? URL.parse(`http://${isIP(text) === 6 ? `[${text}]` : text}/`) : null;
  if (url === null)
    throw new WeftError({
      class: 'invalid',
      code: 'host_malformed',
      message: `"${text.slice(0, 200)}" is not the name of a host. Write it as mail.example.com.`,
    });
  return normaliseHost(url.hostname);
}

function connected(socket: Socket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      socket.off('connect', onConnect).off('error', onError);
      act();
    };
    const onConnect = (): void => settle(resolve);
    const onError = (error: Error): void => settle(() => reject(error));
    const onAbort = (): void =>
      settle(() => {
        socket.destroy();
        reject(signal.reason as Error);
      });
    socket.once('connect', onConnect).once('error', onError);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

function destroyOnAbort(socket: Socket, signal: AbortSignal): void {
  const onAbort = (): void => void socket.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', onAbort));
}

/** A look-up cannot be stopped, but nobody needs to wait for it. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function connectError(
  thrown: unknown,
  facts: { readonly where: string; readonly cancelled: boolean; readonly timedOut: boolean; readonly timeoutMs: number },
): WeftError {
  if (facts.cancelled)
    return new WeftError({ class: 'cancelled', code: 'cancelled', message: `The call to ${facts.where} was stopped.`, cause: thrown });
  if (facts.timedOut)
    return new WeftError({
      class: 'transient',
      code: 'timeout',
      message: `${facts.where} could not be reached within ${Math.round(facts.timeoutMs / 1000)} s.`,
      cause: thrown,
    });
  const code = codeOf(thrown);
  return new WeftError({
    class: 'transient',
    code: code || 'network',
    message: explain(code, facts.where),
    detail: { code },
    cause: thrown,
  });
}
