import { ConnectWise } from './connectwise/api.ts';
import type { StoreState } from './connectwise/store.ts';
import { Demo } from './demo/demo.ts';
import { Faults } from './faults.ts';
import { defaultQuirks, type Quirks } from './quirks.ts';
import { Salesforce } from './salesforce/api.ts';
import { makeId } from './salesforce/ids.ts';
import type { SessionState } from './salesforce/sessions.ts';
import type { SalesforceState } from './salesforce/store.ts';
import { putCaseStatuses, putSetup } from './seed/salesforce-base.ts';
import { putSetupLists } from './seed/connectwise-setup.ts';
import { seedDemo } from './seed/demo.ts';
import { seedFixture } from './seed/fixture.ts';
import { SandboxServer, type LoggedRequest } from './server.ts';
import { Snapshot } from './snapshot.ts';

/** How a sandbox is started. Everything has a default. */
export interface SandboxOptions {
  /** 0 takes a free port. */
  port?: number;
  host?: string;
  /** Address written into answers instead of the one called. */
  publicUrl?: string;
  /** File the state is kept in; without it everything is forgotten at the end. */
  snapshotPath?: string;
  /** 'demo' is a company's worth of data, 'fixture' what the conformance tests count on. */
  seed?: 'demo' | 'fixture';
  quirks?: Partial<Quirks>;
  limits?: { connectwisePerMinute?: number; salesforcePerDay?: number };
  /** Epoch milliseconds; stamps and date literals follow it. */
  clock?: () => number;
  /** Delays before the redeliveries of a callback, and its timeout. */
  callbacks?: { retryMs?: readonly number[]; timeoutMs?: number };
  /** First pause before an outbound message that was not acknowledged is sent again; doubles each time. */
  outboundRetryMs?: number;
}

/** A running sandbox. */
export interface Sandbox {
  url: string;
  port: number;
  connectwise: ConnectWise;
  salesforce: Salesforce;
  faults: Faults;
  quirks: Quirks;
  /** The last 1000 requests to either vendor, oldest first. */
  requests: LoggedRequest[];
  close(): Promise<void>;
}

interface SavedState {
  version: 1;
  seed: string;
  connectwise: StoreState;
  salesforce: SalesforceState;
  sessions: SessionState;
}

/** Starts both emulators and the demo pages on one port. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = options.clock ?? Date.now;
  const seed = options.seed ?? 'demo';
  const quirks: Quirks = { ...defaultQuirks(), ...options.quirks };
  const faults = new Faults();
  let url = options.publicUrl?.replace(/\/$/, '') ?? '';
  const connectwise = new ConnectWise({
    account: ACCOUNTS[seed],
    quirks,
    clock,
    origin: () => url,
    perMinute: options.limits?.connectwisePerMinute ?? 1000,
    ...(options.callbacks?.retryMs ? { callbackRetryMs: options.callbacks.retryMs } : {}),
    ...(options.callbacks?.timeoutMs ? { callbackTimeoutMs: options.callbacks.timeoutMs } : {}),
  });
  const salesforce = new Salesforce({
    account: {
      orgId: makeId('00D', 1),
      clientId: 'weft-demo-client',
      clientSecret: 'weft-demo-secret',
      integrationUserId: makeId('005', 1),
    },
    quirks,
    clock,
    origin: () => url,
    ...(options.outboundRetryMs === undefined ? {} : { outboundRetryMs: options.outboundRetryMs }),
    dailyRequests: options.limits?.salesforcePerDay ?? (seed === 'demo' ? 100_000 : 15_000),
  });
  const state = (): SavedState => ({
    version: 1,
    seed,
    connectwise: connectwise.store.save(),
    salesforce: salesforce.store.save(),
    sessions: salesforce.sessions.save(),
  });
  const snapshot = new Snapshot({ path: options.snapshotPath, state });
  // Written by us a moment ago; the version guards against another release's file.
  const saved = snapshot.read() as SavedState | undefined;
  if (saved?.version === 1 && saved.seed === seed) {
    connectwise.store.load(saved.connectwise);
    salesforce.store.load(saved.salesforce);
    salesforce.sessions.load(saved.sessions);
    // Files written before these lists were records.
    if (connectwise.store.all('billingStatus').length === 0) putSetupLists(connectwise.store);
    // Files written before statuses were records of their own.
    if (salesforce.store.all('LeadStatus').length === 0) putSetup(salesforce.store, clock());
    if (salesforce.store.all('CaseStatus').length === 0) putCaseStatuses(salesforce.store, clock());
  } else {
    (seed === 'demo' ? seedDemo : seedFixture)(connectwise, salesforce, clock());
  }
  const demo = new Demo({ connectwise, salesforce, faults, quirks });
  const server = new SandboxServer({
    handlers: { connectwise, salesforce, demo: demo.handle },
    faults,
    publicUrl: options.publicUrl,
    clock,
  });
  for (const store of [connectwise.store, salesforce.store]) store.onChange(() => snapshot.touch());
  salesforce.sessions.onChange(() => snapshot.touch());
  const host = options.host ?? '127.0.0.1';
  const port = await server.listen(options.port ?? 4010, host);
  url ||= `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`;
  return {
    url,
    port,
    connectwise,
    salesforce,
    faults,
    quirks,
    requests: server.requests,
    async close() {
      connectwise.callbacks.close();
      salesforce.close();
      demo.close();
      await server.close();
      snapshot.flush();
    },
  };
}

const CLIENT_ID = '5b0f6f1e-6a9c-4c0d-9b0e-3f2d1c0a7e11';

/** Credentials by data set. */
const ACCOUNTS = {
  demo: {
    companyId: 'demo',
    companyName: 'Brightdesk IT Services',
    publicKey: 'DemoPublicKey',
    privateKey: 'DemoPrivateKey',
    clientId: CLIENT_ID,
    apiMember: 'WeftApi',
  },
  fixture: { companyId: 'acme', companyName: 'Acme', publicKey: 'pub', privateKey: 'priv', clientId: CLIENT_ID, apiMember: 'IntApi' },
} as const;

export type { Fault } from './faults.ts';
export type { Quirks } from './quirks.ts';
export type { LoggedRequest } from './server.ts';
