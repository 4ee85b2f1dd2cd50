/**
 * Which addresses an outbound call may reach. Everything that is not plainly public is refused; an administrator
 * can allow private targets one by one.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** What an administrator allows beyond public addresses. */
export interface EgressPolicy {
  /** Entries such as `127.0.0.1:4010`, `psa.example.local`, `[::1]:8080` or a CIDR such as `10.20.0.0/16`. */
  readonly allowPrivateHosts: readonly string[];
}

/** Public by range, yet answers with credentials or internals of the machine: the Azure host endpoint. */
const NEVER_PUBLIC = new Set(['168.63.129.16']);

/** Names under which clouds serve machine credentials; refused before any look-up. */
const METADATA_NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'instance-data',
  'instance-data.ec2.internal',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
]);

/** The host of a URL as it is compared: lower case, without brackets and trailing dots. */
export function normaliseHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.+$/, '');
}

/** Whether a name is one that always means this machine or a cloud's metadata service. */
export function isForbiddenName(host: string): boolean {
  const name = normaliseHost(host);
  return name === '' || name === 'localhost' || name.endsWith('.localhost') || METADATA_NAMES.has(name);
}

/** Whether an IP address (not a name) is plainly public. Unparsable text is not. */
export function isPublicAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  if (!ipaddr.isValid(plain)) return false;
  const parsed = ipaddr.process(plain);
  if (parsed.range() !== 'unicast' || NEVER_PUBLIC.has(parsed.toString())) return false;
  // `::a.b.c.d` (IPv4-compatible, long deprecated) counts as unicast in the parser, yet names an IPv4 target.
  return parsed.kind() === 'ipv4' || !isIpv4Compatible(parsed as ipaddr.IPv6);
}

function isIpv4Compatible(address: ipaddr.IPv6): boolean {
  return address.parts.slice(0, 6).every((part) => part === 0);
}

/** Whether the policy names this target by host, by host and port, or by a range that holds `address`. */
export function isAllowedByPolicy(policy: EgressPolicy, target: { host: string; port: number; address?: string }): boolean {
  const host = normaliseHost(target.host);
  return policy.allowPrivateHosts.some((entry) => {
    if (entry.includes('/')) return inRange(target.address ?? host, entry);
    const { host: allowedHost, port } = splitHostPort(entry);
    return allowedHost === host && (port === undefined || port === target.port);
  });
}

function splitHostPort(entry: string): { host: string; port: number | undefined } {
  const text = entry.trim();
  const match = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(text);
  if (match === null) return { host: normaliseHost(text), port: undefined };
  return { host: normaliseHost(match[1] ?? ''), port: match[2] === undefined ? undefined : Number(match[2]) };
}

function inRange(address: string, cidr: string): boolean {
  if (isIP(address) === 0) return false;
  try {
    const [range, bits] = ipaddr.parseCIDR(cidr.trim());
    const parsed = ipaddr.process(address);
    return parsed.kind() === range.kind() && parsed.match(range as ipaddr.IPv4, bits);
  } catch {
    // An entry that is no range allows nothing.
    return false;
  }
}
