import { expect, it } from 'vitest';
import { homeTitle } from './home-title.ts';

const calm = { problems: 0, failedRuns: 0, brokenConnections: 0, failingTriggers: 0, enabled: 2, total: 3, succeeded: 1204 };

it.each([
  [{ ...calm, problems: 3, failedRuns: 214, brokenConnections: 1 }, '3 problems hold back 214 runs. Nothing that arrived was lost.'],
  [{ ...calm, problems: 1, failedRuns: 1 }, '1 problem holds back 1 run. Nothing that arrived was lost.'],
  [{ ...calm, brokenConnections: 1 }, '1 account does not answer.'],
  [{ ...calm, failingTriggers: 2 }, '2 workflows cannot look for changes.'],
  [{ ...calm, enabled: 0 }, 'All 3 workflows are off.'],
  [{ ...calm, succeeded: 0 }, '2 workflows are on. Nothing has happened in the last day.'],
  [calm, 'All is well. 1,204 runs succeeded in the last day.'],
  [{ ...calm, total: 0, enabled: 0 }, 'Welcome. Nothing is set up yet.'],
])('tells how things are: %#', (facts, title) => expect(homeTitle(facts)).toBe(title));
