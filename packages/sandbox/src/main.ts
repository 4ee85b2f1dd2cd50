import { startSandbox } from './index.ts';
import { UNVERIFIED } from './unverified.ts';

// Runs alone. Settings come from the environment; everything has a default.
const startedAt = performance.now();
const { WEFT_SANDBOX_PORT, WEFT_SANDBOX_HOST, WEFT_SANDBOX_SNAPSHOT, WEFT_SANDBOX_PUBLIC_URL, WEFT_SANDBOX_SEED } = process.env;
const sandbox = await startSandbox({
  port: Number(WEFT_SANDBOX_PORT ?? 4010),
  ...(WEFT_SANDBOX_HOST ? { host: WEFT_SANDBOX_HOST } : {}),
  ...(WEFT_SANDBOX_SNAPSHOT ? { snapshotPath: WEFT_SANDBOX_SNAPSHOT } : {}),
  ...(WEFT_SANDBOX_PUBLIC_URL ? { publicUrl: WEFT_SANDBOX_PUBLIC_URL } : {}),
  seed: WEFT_SANDBOX_SEED === 'fixture' ? 'fixture' : 'demo',
});
const { connectwise, salesforce, url } = sandbox;
console.log(`Weft sandbox, up in ${Math.round(performance.now() - startedAt)} ms
  Demo CRM     ${url}/demo/crm
  Demo PSA     ${url}/demo/psa
  ConnectWise  ${url}   company ${connectwise.account.companyId} · public key ${connectwise.account.publicKey} · private key ${connectwise.account.privateKey} · clientId ${connectwise.account.clientId}
  Salesforce   ${url}   client id ${salesforce.account.clientId} · client secret ${salesforce.account.clientSecret}
Not compared with a real tenant:
${UNVERIFIED.map((line) => `  - ${line}`).join('\n')}`);

// Whoever started us by fork is told that we are ready; when it is gone, so are we.
process.send?.({ ready: true, port: sandbox.port });
if (process.connected) process.once('disconnect', stop);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);

function stop(): void {
  sandbox.close().then(
    () => process.exit(0),
    () => process.exit(1),
  );
}
