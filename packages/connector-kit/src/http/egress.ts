/**
 * The guard on every outbound connection. An address is checked three times: as written in the URL, as each answer
 * of the name look-up, and as the remote end of the connected socket. The last one closes DNS rebinding.
 */
import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type * as Undici from 'undici';
import { WeftError } from '@weft/errors';
import { isAllowedByPolicy, isForbiddenName, isPublicAddress, normaliseHost, type EgressPolicy } from './addresses.ts';

const CONNECT_TIMEOUT_MS = 5000;

/** Error code of every refusal by this guard. */
export const EGRESS_DENIED = 'address_not_allowed';

/** A refusal by this guard. */
export function denied(message: string): WeftError {
  return new WeftError({ class: 'invalid', code: EGRESS_DENIED, message });
}

/** A refusal of a host for one of its addresses. */
export function deniedAddress(host: string, address: string): WeftError {
  const what =
    normaliseHost(host) === address
      ? `"${address}" is not a public address`
      : `"${host}" points to ${address}, which is not a public address`;
  return denied(`${what}. An administrator can allow private targets with WEFT_ALLOW_PRIVATE_HOSTS.`);
}

/**
 * Parses a URL once and checks all that can be known without a look-up: scheme, user info, port, forbidden names and
 * addresses in any notation (the parser turns decimal, octal, hex, short and circled forms into the plain one).
 * Gives the parsed URL, which is what must be used from then on. Throws `invalid` otherwise.
 */
export function checkUrl(input: string | URL, policy: EgressPolicy): URL {
  let url: URL;
  try {
    url = new URL(input);
  } catch (cause) {
    throw new WeftError({
      class: 'invalid',
      code: 'url_malformed',
      message: `"${String(input).slice(0, 200)}" is not a complete web address. Write it with https:// in front.`,
      cause,
    });
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw denied(`Addresses with ${url.protocol} cannot be called, only http and https.`);
  if (url.username !== '' || url.password !== '') throw denied('Put the user name and password into a connection, not into the address.');
  const port = portOf(url);
  const host = normaliseHost(url.hostname);
  if (isAllowedByPolicy(policy, { host, port })) return url;
  if (port !== 80 && port !== 443 && port < 1024)
    throw denied(`Port ${port} of "${host}" is reserved for another service and cannot be called.`);
  if (isForbiddenName(host)) throw deniedAddress(host, 'this machine or an internal service');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw deniedAddress(host, host);
  return url;
}

/** The port a URL is called on. */
export function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
}

/**
 * An undici agent that connects only where the policy lets it, whatever the name resolves to. It takes no proxy from
 * the environment. Close it when the process ends.
 */
export async function createGuardedAgent(policy: EgressPolicy): Promise<Undici.Agent> {
  const undici = await loadUndici();
  return new undici.Agent({
    connect: (options, callback) => void guardedConnect(policy, undici.buildConnector, options, callback),
    keepAliveTimeout: 10_000,
    // Calls that wait for a connection would count as sent when their time is up; how many go at once is decided elsewhere.
    connections: 256,
  });
}

/** Not before the first call: it is a sixth of all that a process would have to load at its start. */
export const loadUndici = (): Promise<typeof Undici> => import('undici');

async function guardedConnect(
  policy: EgressPolicy,
  makeConnect: typeof Undici.buildConnector,
  options: Undici.buildConnector.Options,
  callback: Undici.buildConnector.Callback,
): Promise<void> {
  const host = normaliseHost(options.hostname);
  const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
  const mayConnect = (address: string): boolean => isPublicAddress(address) || isAllowedByPolicy(policy, { host, port, address });
  const addresses = await checkedAddresses(host, mayConnect, systemLookup);
  if (addresses instanceof Error) return callback(addresses, null);
  const connect = makeConnect({ timeout: CONNECT_TIMEOUT_MS, allowH2: false, lookup: answering(addresses) });
  connect(options, (...result: Parameters<Undici.buildConnector.Callback>) => {
    const [error, socket] = result;
    if (error !== null) return callback(error, null);
    const remote = socket.remoteAddress ?? '';
    if (mayConnect(remote)) return callback(null, socket);
    socket.destroy();
    callback(deniedAddress(host, remote), null);
  });
}

/** One address of a name. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Gives all addresses of a name. */
export type NameLookup = (name: string) => Promise<ResolvedAddress[]>;

/** The look-up of the operating system. */
export const systemLookup: NameLookup = (name) => dnsLookup(name, { all: true });

/** All addresses of a host, or why they may not be used: one that is refused refuses the host. */
export async function checkedAddresses(
  host: string,
  mayConnect: (address: string) => boolean,
  lookup: NameLookup,
): Promise<ResolvedAddress[] | Error> {
  try {
    const family = isIP(host);
    const addresses = family === 0 ? await lookup(host) : [{ address: host, family }];
    const refused = addresses.find(({ address }) => !mayConnect(address));
    return refused === undefined ? addresses : deniedAddress(host, refused.address);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** A look-up that gives what was checked, so that the socket cannot go elsewhere. */
export function answering(addresses: ResolvedAddress[]): LookupFunction {
  return (_host, options, callback) => {
    const first = addresses[0];
    if (first === undefined) return callback(new Error('The name has no address'), '', 0);
    if (options.all === true) return callback(null, addresses);
    callback(null, first.address, first.family);
  };
}

const agents = new WeakMap<EgressPolicy, Promise<Undici.Agent>>();

/** The one agent of a policy object, so that calls share their connections. */
export function agentFor(policy: EgressPolicy): Promise<Undici.Agent> {
  let agent = agents.get(policy);
  if (agent === undefined) {
    agent = createGuardedAgent(policy);
    agents.set(policy, agent);
  }
  return agent;
}
