import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { startSandbox, type Sandbox, type SandboxOptions } from './index.ts';

/** A fixture sandbox on a free port with a clock the test moves; closed when the test is over. */
export interface Bench {
  sandbox: Sandbox;
  /** Moves the clock on. */
  pass(ms: number): void;
  /** Calls ConnectWise below apis/3.0 with good keys. */
  cw(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Calls Salesforce below /services/data/v66.0 with a fresh token. */
  sf(method: string, path: string, options?: CallOptions): Promise<Answer>;
  /** Calls any path as it stands. */
  raw(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export interface CallOptions {
  body?: unknown;
  headers?: Record<string, string>;
}

/** `body` is parsed JSON, or the text when it is not JSON, or undefined when empty. Tests look into it freely. */
export interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- answers are what the tests examine, member by member
  body: any;
}

export const START = Date.parse('2026-11-23T10:00:00Z');

/** A bench that ends with the test. */
export async function startBench(options: SandboxOptions = {}): Promise<Bench> {
  const bench = await openBench(options);
  onTestFinished(() => bench.sandbox.close());
  return bench;
}

/** One bench for the tests around, which only read. */
export function sharedBench(options: SandboxOptions = {}): () => Bench {
  let bench: Bench | undefined;
  beforeAll(async () => {
    bench = await openBench(options);
  });
  afterAll(() => bench?.sandbox.close());
  return () => {
    if (!bench) throw new Error('The bench is there within tests only');
    return bench;
  };
}

async function openBench(options: SandboxOptions): Promise<Bench> {
  let now = START;
  const sandbox = await startSandbox({ port: 0, seed: 'fixture', clock: () => now, ...options });
  const { account } = sandbox.connectwise;
  const basic = Buffer.from(`${account.companyId}+${account.publicKey}:${account.privateKey}`).toString('base64');
  const token = sandbox.salesforce.sessions.open({ userId: sandbox.salesforce.account.integrationUserId, clientId: 'test', scope: 'api' });
  const raw: Bench['raw'] = async (method, path, call = {}) => {
    const isText = typeof call.body === 'string';
    const response = await fetch(`${sandbox.url}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(call.body === undefined || isText ? {} : { 'content-type': 'application/json' }), ...call.headers },
      ...(call.body === undefined ? {} : { body: isText ? (call.body as string) : JSON.stringify(call.body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) };
  };
  return {
    sandbox,
    raw,
    pass: (ms) => {
      now += ms;
    },
    cw: (method, path, call = {}) =>
      raw(method, `/v4_6_release/apis/3.0/${path}`, {
        ...call,
        headers: { authorization: `Basic ${basic}`, clientid: account.clientId, ...call.headers },
      }),
    sf: (method, path, call = {}) =>
      raw(method, `/services/data/v66.0/${path}`, { ...call, headers: { authorization: `Bearer ${token}`, ...call.headers } }),
  };
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
