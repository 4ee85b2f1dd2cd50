/** Lists over page borders: every row once, none left out. */
import assert from 'node:assert/strict';
import type { ContractCase } from './contract.ts';
import type { Suite } from './suite.ts';

/** The cases of every list. */
export function listCases(suite: Suite): ContractCase[] {
  return (suite.contract.lists ?? []).flatMap((list) =>
    [0, ...list.counts].map((count) => ({
      name: `${list.operation}: ${count} records are each given once`,
      async run() {
        const bench = suite.bench();
        const { input, ids } = await list.prepare(count, bench);
        assert.equal(ids.length, count);
        const given = list.idsIn(await bench.run(list.operation, input));
        assert.equal(given.length, count);
        assert.deepEqual(given.toSorted(), ids.toSorted());
      },
    })),
  );
}
