/** What the title of the home page is made from. */
export interface HomeFacts {
  readonly problems: number;
  readonly failedRuns: number;
  readonly brokenConnections: number;
  readonly failingTriggers: number;
  readonly enabled: number;
  readonly total: number;
  readonly succeeded: number;
}

const many = (count: number, one: string, more: string): string => `${count.toLocaleString('en')} ${count === 1 ? one : more}`;

/** How things are, in one sentence or two; the worst first. */
export function homeTitle(facts: HomeFacts): string {
  if (facts.total === 0) return 'Welcome. Nothing is set up yet.';
  if (facts.problems > 0) {
    return `${many(facts.problems, 'problem holds', 'problems hold')} back ${many(facts.failedRuns, 'run', 'runs')}. Nothing that arrived was lost.`;
  }
  if (facts.brokenConnections > 0) return `${many(facts.brokenConnections, 'account does', 'accounts do')} not answer.`;
  if (facts.failingTriggers > 0) return `${many(facts.failingTriggers, 'workflow cannot', 'workflows cannot')} look for changes.`;
  if (facts.enabled === 0) return facts.total === 1 ? 'The workflow is off.' : `All ${facts.total} workflows are off.`;
  if (facts.succeeded === 0) return `${many(facts.enabled, 'workflow is', 'workflows are')} on. Nothing has happened in the last day.`;
  return `All is well. ${many(facts.succeeded, 'run', 'runs')} succeeded in the last day.`;
}
