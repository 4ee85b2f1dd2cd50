/** The sandbox's demo accounts, as an installer would fill in the forms. */
import { createTestBench, type TestBench } from '@weft/connector-kit/testing';
import { connectors } from '../src/index.ts';

function connector(id: string) {
  const found = connectors.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`There is no connector ${id}`);
  return found;
}

export const salesforceValues = (url: string): Record<string, string> => ({
  loginUrl: url,
  clientId: 'weft-demo-client',
  clientSecret: 'weft-demo-secret',
});

export const connectwiseValues = (url: string): Record<string, string> => ({
  site: url,
  companyId: 'demo',
  publicKey: 'DemoPublicKey',
  privateKey: 'DemoPrivateKey',
  clientId: '00000000-0000-4000-8000-000000000001',
});

export function salesforceBench(url: string, changed: Record<string, string> = {}): TestBench {
  return createTestBench({ connector: connector('salesforce'), values: { ...salesforceValues(url), ...changed } });
}

export function connectwiseBench(url: string, changed: Record<string, string> = {}, now?: () => number): TestBench {
  const values = { ...connectwiseValues(url), ...changed };
  return createTestBench({ connector: connector('connectwise'), values, ...(now ? { now } : {}) });
}
