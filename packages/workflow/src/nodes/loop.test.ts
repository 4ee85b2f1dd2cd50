import { expect, test } from 'vitest';
import { catalog, draft, edges } from '../../test/sample.ts';
import { workflowSchema } from '../document.ts';
import { validateWorkflow } from '../validate/validate.ts';

const pages = { connector: 'connectwise', operation: 'findRecords', slot: 'psa', input: { object: 'company' } };
const slots = { crm: { connector: 'salesforce' }, psa: { connector: 'connectwise' } };
const problemsOf = (loop: object): string[] =>
  validateWorkflow({ ...draft([{ id: 'each', kind: 'loop', ...loop }], edges('won > each')), slots }, catalog).problems.map(
    ({ path, code }) => `${path} ${code}`,
  );

test('goes through a list, or through the pages of an operation, whose input is judged without what means nothing then', () => {
  expect(problemsOf({ items: '{{ trigger.list }}' })).toEqual([]);
  expect(problemsOf({ pages })).toEqual([]);
});

test.each([
  ['neither', {}, ['nodes.each.items no_items']],
  ['both', { items: '{{ trigger.list }}', pages }, ['nodes.each.items items_and_pages']],
  ['an operation without pages', { pages: { ...pages, operation: 'createTicket' } }, ['nodes.each.pages.operation unknown_operation']],
  ['a connector that is not there', { pages: { ...pages, connector: 'sap' } }, ['nodes.each.pages.connector unknown_connector']],
  ['no account', { pages: { ...pages, slot: undefined } }, ['nodes.each.pages.slot no_slot']],
  ['another’s account', { pages: { ...pages, slot: 'crm' } }, ['nodes.each.pages.slot wrong_slot']],
  ['a missing field', { pages: { ...pages, input: {} } }, ['nodes.each.pages.input.object missing_property']],
  [
    'a field that means nothing',
    { pages: { ...pages, input: { object: 'company', limit: 5 } } },
    ['nodes.each.pages.input.limit unknown_property'],
  ],
  [
    'a node that does not exist',
    { pages: { ...pages, input: { object: '{{ steps.ghost.x }}' } } },
    ['nodes.each.pages.input.object unknown_reference'],
  ],
])('finds %s', (_, loop, found) => {
  expect(problemsOf(loop)).toEqual(found);
});

test('a loop over a list is stored as it always was', () => {
  const [, loop] = workflowSchema.parse(draft([{ id: 'each', kind: 'loop', items: [1] }], [])).nodes;
  expect(loop).toEqual({ id: 'each', kind: 'loop', items: [1], concurrency: 1, onItemError: 'stop' });
});
