/** What happens to a write whose answer was lost: by its safety it is done again, looked for, or left to a person. */
import assert from 'node:assert/strict';
import type { EffectSafety } from '../connector.ts';
import { triedActions, type TriedAction } from './action-cases.ts';
import type { ContractCase, Input } from './contract.ts';
import { matching, type Suite } from './suite.ts';

/** The cases of every action, by the safety it claims. */
export function repeatCases(suite: Suite): ContractCase[] {
  return triedActions(suite).flatMap((one) => [
    lostCase(suite, one),
    ...(one.tried.effects === undefined ? [] : [againCase(suite, one), lookedForInVainCase(suite, one)]),
  ]);
}

const safetyOf = ({ action }: TriedAction, input: Input): EffectSafety => action.safetyOf?.(input) ?? action.safety;

function lostCase(suite: Suite, one: TriedAction): ContractCase {
  const { action, tried } = one;
  return {
    name: `${action.id}: done, but the answer lost, is done once in the end`,
    async run() {
      const bench = suite.bench();
      const input = await tried.input(bench);
      const safety = safetyOf(one, input);
      const before = matching(bench, tried.request).length;
      suite.contract.account().disturb({ ...(tried.request ? { on: tried.request } : {}), answer: 'lost' });
      const error = await suite.failure(bench, action.id, input, { idempotencyKey: 'step-1' });
      suite.contract.account().calm();
      if (error !== undefined) assert.equal(error.class, 'transient', error.message);
      if (safety === 'blind' && error !== undefined) {
        assert.equal(error.outcomeUnknown, true, 'nobody is told that it may have happened');
        assert.equal(matching(bench, tried.request).length - before, 1);
      } else if (error !== undefined) {
        if (safety === 'searchable') assert.equal(error.outcomeUnknown, true, 'the next attempt would not look first');
        if (safety === 'read') assert.equal(error.outcomeUnknown, false, 'a read has no outcome');
        const again = await suite.failure(suite.bench(), action.id, input, { idempotencyKey: 'step-1', mayHaveHappened: true });
        assert.equal(again?.message, undefined);
      }
      if (tried.effects) assert.equal(await tried.effects(input, bench), 1);
    },
  };
}

function againCase(suite: Suite, one: TriedAction): ContractCase {
  const { action, tried } = one;
  return {
    name: `${action.id}: a second attempt of the same step changes nothing`,
    async run() {
      const bench = suite.bench();
      const input = await tried.input(bench);
      if (safetyOf(one, input) === 'blind') return;
      for (const mayHaveHappened of [false, true]) await bench.run(action.id, input, { idempotencyKey: 'step-2', mayHaveHappened });
      assert.equal(await tried.effects?.(input, bench), 1);
    },
  };
}

function lookedForInVainCase(suite: Suite, one: TriedAction): ContractCase {
  const { action, tried } = one;
  return {
    name: `${action.id}: what may have happened and did not is done`,
    async run() {
      const bench = suite.bench();
      const input = await tried.input(bench);
      if (safetyOf(one, input) === 'blind') return;
      await bench.run(action.id, input, { idempotencyKey: 'step-3', mayHaveHappened: true });
      assert.equal(await tried.effects?.(input, bench), 1);
    },
  };
}
