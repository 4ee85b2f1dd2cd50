/**
 * The two demo accounts: they are there from the start, connected to the sandbox, so that a newcomer connects nothing.
 */
import type { Logger } from '../logger.ts';
import { createConnection, testConnection, updateConnection } from '../rpc/connections.ts';
import type { ConnectionMeans } from '../rpc/account-store.ts';

interface DemoAccount {
  readonly connector: string;
  readonly authScheme: string;
  readonly name: string;
  values(sandboxUrl: string): Record<string, string>;
}

const ACCOUNTS: readonly DemoAccount[] = [
  {
    connector: 'salesforce',
    authScheme: 'clientCredentials',
    name: 'Demo CRM',
    values: (sandboxUrl) => ({ loginUrl: sandboxUrl, clientId: 'weft-demo-client', clientSecret: 'weft-demo-secret' }),
  },
  {
    connector: 'connectwise',
    authScheme: 'apiMember',
    name: 'Demo PSA',
    values: (sandboxUrl) => ({
      site: sandboxUrl,
      companyId: 'demo',
      publicKey: 'DemoPublicKey',
      privateKey: 'DemoPrivateKey',
      clientId: '00000000-0000-4000-8000-000000000001',
    }),
  },
];

const RETRY_MS = 1000;

/** Keeps trying until both accounts exist and answer: the workspace comes with the first start of the web process. */
export function ensureDemoConnections(
  means: ConnectionMeans,
  options: { readonly sandboxUrl: string; readonly log: Logger },
): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const attempt = async (): Promise<void> => {
    try {
      if (await ensureAll(means, options.sandboxUrl)) return;
    } catch (error) {
      options.log.debug('The demo connections are not ready yet', { error });
    }
    if (!isStopped) timer = setTimeout(() => void attempt(), RETRY_MS);
  };
  void attempt();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

async function ensureAll(means: ConnectionMeans, sandboxUrl: string): Promise<boolean> {
  const { rows } = await means.db.pool.query<{ id: string }>('SELECT id FROM workspace ORDER BY created_at LIMIT 1');
  const workspaceId = rows[0]?.id;
  if (workspaceId === undefined) return false;
  const known = means.connectors.all.map((connector) => connector.id);
  const results = await Promise.all(
    ACCOUNTS.filter((account) => known.includes(account.connector)).map((account) =>
      ensureOne(means, { account, workspaceId, sandboxUrl }),
    ),
  );
  return results.every(Boolean);
}

async function ensureOne(
  means: ConnectionMeans,
  want: { readonly account: DemoAccount; readonly workspaceId: string; readonly sandboxUrl: string },
): Promise<boolean> {
  const { account, workspaceId, sandboxUrl } = want;
  const values = account.values(sandboxUrl);
  const { rows } = await means.db.pool.query<{ id: string; status: string; public_values: Record<string, string> }>(
    'SELECT id, status, public_values FROM connection WHERE workspace_id = $1 AND connector = $2 AND is_demo',
    [workspaceId, account.connector],
  );
  const existing = rows[0];
  if (!existing)
    return (
      await createConnection(means, {
        workspaceId,
        connector: account.connector,
        authScheme: account.authScheme,
        name: account.name,
        values,
        isDemo: true,
      })
    ).check.ok;
  // The sandbox gets another port with each start.
  const isMoved = Object.entries(existing.public_values).some(([key, value]) => Object.hasOwn(values, key) && values[key] !== value);
  if (isMoved) return (await updateConnection(means, { id: existing.id, workspaceId, values })).check.ok;
  return (await testConnection(means, { workspaceId, id: existing.id })).ok;
}
