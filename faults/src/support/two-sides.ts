/** Both vendors' emulators, with the template that keeps them the same, and a colleague at the desk of each. */
import { setTimeout as delay } from 'node:timers/promises';
import { bootstrap, createLogger, installTemplate, listConnections } from '@weft/runtime';
import { startSandbox } from '@weft/sandbox';
import type { Sandbox } from '@weft/sandbox';
import type { Bench } from './bench.ts';
import { openOffice } from './office.ts';
import { REPOSITORY } from './processes.ts';
import type { RunningProcess } from './processes.ts';

type Fields = Record<string, unknown>;

export interface TwoSides extends AsyncDisposable {
  readonly sandbox: Sandbox;
  startWorker(): Promise<RunningProcess>;
  /** Salesforce: one request below its REST API. */
  crm(method: string, path: string, body?: Fields): Promise<Fields>;
  /** ConnectWise: likewise. */
  psa(method: string, path: string, body?: unknown): Promise<Fields>;
  /** Waits until nothing has been running or written for so long. */
  quiet(ms: number): Promise<void>;
  /** Writes of anybody to either vendor so far, one line each. */
  writes(): string[];
}

async function answered(response: Response): Promise<Fields> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as Fields);
}

/** Opens it, with one worker. */
export async function openTwoSides(bench: Bench): Promise<TwoSides> {
  const sandbox = await startSandbox({ port: 0, seed: 'demo' });
  const { url } = sandbox;
  const { workspaceId } = await bootstrap({ db: bench.db, log: createLogger({ process: 'office', level: 'error' }), env: {} });
  const startWorker = (): Promise<RunningProcess> => bench.startWorker({ WEFT_SANDBOX_URL: url });
  const worker = await startWorker();
  await using office = await openOffice(bench, { workerPort: worker.port });
  const ctx = office.ctxOf({ workspaceId }, { name: 'Ada', role: 'admin' });
  const isConnected = async (): Promise<boolean> => (await listConnections(ctx)).filter(({ status }) => status === 'ok').length === 2;
  for (const patience = performance.now() + 20_000; !(await isConnected()) && performance.now() < patience;) await delay(50);
  const accounts = new Map((await listConnections(ctx)).map(({ connector, id }) => [connector, id]));
  process.env['WEFT_TEMPLATES_DIR'] = `${REPOSITORY}/templates`;
  await installTemplate(ctx, {
    templateId: 'account-contact-sync',
    bindings: { crm: accounts.get('salesforce') ?? '', psa: accounts.get('connectwise') ?? '' },
    config: {},
    enable: true,
  });
  const isListening = async (): Promise<boolean> =>
    (await bench.db.prisma.triggerBinding.count({ where: { activatedAt: null, enabled: true } })) === 0;
  for (const patience = performance.now() + 20_000; !(await isListening()) && performance.now() < patience;) await delay(50);
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'weft-demo-client', client_secret: 'weft-demo-secret' });
  const token = await answered(await fetch(`${url}/services/oauth2/token`, { method: 'POST', body: form }));
  const ask = async (address: string, given: { method: string; headers: Record<string, string>; body: unknown }): Promise<Fields> =>
    answered(
      await fetch(address, {
        method: given.method,
        headers: { ...given.headers, 'content-type': 'application/json' },
        ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
      }),
    );
  const psaHeaders = {
    authorization: `Basic ${Buffer.from('demo+DemoPublicKey:DemoPrivateKey').toString('base64')}`,
    clientid: '00000000-0000-4000-8000-000000000001',
  };
  const writes = (): string[] =>
    sandbox.requests
      .filter(({ method, status, path }) => method !== 'GET' && status > 0 && status < 400 && !/oauth2|login/.test(path))
      .map(({ method, path }) => `${method} ${path}`);
  return {
    sandbox,
    startWorker,
    crm: (method, path, body) =>
      ask(`${url}/services/data/v66.0/${path}`, { method, headers: { authorization: `Bearer ${String(token['access_token'])}` }, body }),
    psa: (method, path, body) => ask(`${url}/v4_6_release/apis/3.0/${path}`, { method, headers: psaHeaders, body }),
    writes,
    quiet: async (ms) => {
      const stand = async (): Promise<string> => {
        const { rows } = await bench.db.pool.query<{ live: number; ended: number }>(
          'SELECT (SELECT count(*)::int FROM run) AS live, (SELECT count(*)::int FROM run_history) AS ended',
        );
        return rows[0]?.live === 0 ? `${rows[0].ended} ${writes().length}` : 'busy';
      };
      let [last, since] = [await stand(), performance.now()];
      for (const patience = performance.now() + 60_000; performance.now() < patience; await delay(100)) {
        const now = await stand();
        if (now !== last || now === 'busy') [last, since] = [now, performance.now()];
        else if (performance.now() - since > ms) return;
      }
      throw new Error('It does not come to rest: something is written or run all the time');
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}
