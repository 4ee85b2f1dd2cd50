/** The contract every connector keeps, as cases for whichever test runner: a name, and work that throws. */
import assert from 'node:assert/strict';
import { toStoredError } from '@weft/errors';
import { secretValues } from '../secrets.ts';
import { actionCases } from './action-cases.ts';
import { secretsIn } from './bench.ts';
import type { Contract, ContractCase } from './contract.ts';
import { listCases } from './list-cases.ts';
import { pollCases } from './poll-cases.ts';
import { pushCases } from './push-cases.ts';
import { repeatCases } from './repeat-cases.ts';
import { schemaCases } from './schema-cases.ts';
import { createSuite, type Suite } from './suite.ts';

/** All cases of a described connector. They must run one after the other: they disturb the same server. */
export function contractCases(contract: Contract): ContractCase[] {
  const suite = createSuite(contract);
  return [
    ...schemaCases(contract.connector),
    describedCase(contract),
    ...accountCases(suite),
    ...actionCases(suite),
    ...repeatCases(suite),
    ...listCases(suite),
    ...pollCases(suite),
    ...pushCases(suite),
    secretsCase(suite),
  ];
}

/** What is not described is not tested. */
function describedCase({ connector, actions, polls = {}, pushes = {}, left = {} }: Contract): ContractCase {
  return {
    name: 'every action, polling and push trigger is described',
    async run() {
      const wanted = connector.operations
        .filter((operation) => operation.kind === 'action' || operation.mode === 'poll' || operation.mode === 'push')
        .map(({ id }) => id);
      const described = [...Object.keys(actions), ...Object.keys(polls), ...Object.keys(pushes), ...Object.keys(left)];
      assert.deepEqual(
        wanted.filter((id) => !described.includes(id)),
        [],
        'not described',
      );
      assert.deepEqual(
        described.filter((id) => !connector.operations.some((operation) => operation.id === id)),
        [],
        'described, but not there',
      );
    },
  };
}

function accountCases(suite: Suite): ContractCase[] {
  const { connector, wrongValues = [] } = suite.contract;
  if (connector.check === undefined) return [];
  return [
    {
      name: 'the account is found right',
      async run() {
        const bench = suite.bench();
        assert.equal((await connector.check?.(bench.context()))?.ok, true);
      },
    },
    ...wrongValues.map(([field, changed]) => ({
      name: `a wrong ${field} is named: ${JSON.stringify(changed)}`,
      async run() {
        const bench = suite.bench({ changed });
        const found = await connector.check?.(bench.context());
        assert.ok(found?.ok === false, 'the account was found right');
        assert.equal(found.field, field, found.message);
      },
    })),
  ];
}

/** Runs last: looks at everything the other cases have sent, received and failed with. */
function secretsCase({ contract, benches, failures }: Suite): ContractCase {
  return {
    name: 'no secret is in what was recorded, nor in any failure',
    async run() {
      const { values } = contract.account();
      const recorded = JSON.stringify(benches.map((bench) => bench.exchanges()));
      const secrets = secretValues(contract.connector, values ?? {});
      assert.deepEqual(secretsIn(recorded, secrets), []);
      assert.deepEqual(secretsIn(JSON.stringify(failures.map(toStoredError)), secrets), []);
      assert.doesNotMatch(recorded, /(Bearer|Basic) [A-Za-z0-9+/=]{8}/);
    },
  };
}
