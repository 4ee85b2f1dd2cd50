import { describe, expect, it } from 'vitest';
import { catalog, draft, edges } from '../../test/sample.ts';
import { workflowSchema } from '../document.ts';
import { availability, graphOf } from '../graph.ts';
import { renameNode } from '../rename.ts';
import { validateWorkflow } from '../validate/validate.ts';
import { readCallInput } from './called.ts';
import type { CallField } from './called.ts';
import { durationWords } from './duration.ts';
import { portsOf, titleOf } from './index.ts';
import { timeOf } from './wait.ts';

const problems = (nodes: readonly object[], links: string): string[] =>
  validateWorkflow(draft([...nodes], edges(...(links.split(', ') as [string, ...string[]]))), catalog)
    .problems.filter(({ code }) => code !== 'unknown_connector')
    .map(({ severity, path, code }) => `${severity} ${path} ${code}`);
const nodeOf = (node: object) => {
  const parsed = workflowSchema.parse(draft([node], []));
  const found = parsed.nodes.at(-1);
  if (!found) throw new Error('No node');
  return found;
};

const event = (more: object = {}): object => ({ id: 'paid', kind: 'wait', mode: 'event', ...more });
const review = (more: object = {}): object => ({ id: 'check', kind: 'review', subject: 'Send it?', ...more });
/** An operation of a connector that is not installed here, which says nothing about addresses. */
const http = (input: object, more: object = {}): object => ({
  id: 'send',
  kind: 'connector',
  connector: 'http',
  operation: 'request',
  input,
  ...more,
});

describe('ports', () => {
  it('of a wait tell whether it can run out of time', () => {
    expect(portsOf(nodeOf(event())).map(({ id }) => id)).toEqual(['next', 'error']);
    expect(portsOf(nodeOf(event({ timeout: { amount: 1, unit: 'days' } }))).map(({ id, label }) => [id, label])).toEqual([
      ['next', 'Answered'],
      ['timeout', 'Not in time'],
      ['error', 'On error'],
    ]);
    // A limit that is left over from another mode is none.
    expect(portsOf(nodeOf({ ...event({ timeout: { amount: 1 } }), mode: 'duration' })).map(({ id }) => id)).toEqual(['next', 'error']);
  });

  it('of a question are its choices, and expired with a deadline', () => {
    expect(portsOf(nodeOf(review())).map(({ id }) => id)).toEqual(['approved', 'rejected', 'error']);
    const choices = [{ port: 'a', label: 'A' }];
    expect(portsOf(nodeOf(review({ choices, deadline: { amount: 1, unit: 'hours' } }))).map(({ id }) => id)).toEqual([
      'a',
      'expired',
      'error',
    ]);
  });

  it('decide what is known behind them', () => {
    const document = workflowSchema.parse(
      draft(
        [review(), { id: 'yes', kind: 'map', fields: [] }, { id: 'after', kind: 'map', fields: [] }],
        [
          ...edges('won > check', 'yes > after'),
          { from: 'check', fromPort: 'approved', to: 'yes' },
          { from: 'check', fromPort: 'rejected', to: 'after' },
        ],
      ),
    );
    const graph = graphOf(document);
    expect([availability(graph, 'check', 'after'), availability(graph, 'yes', 'after')]).toEqual(['always', 'maybe']);
  });
});

describe('rules', () => {
  it.each([
    [{ id: 'w', kind: 'wait' }, 'error nodes.w.duration.amount no_duration'],
    [{ id: 'w', kind: 'wait', duration: { amount: 'soon' } }, 'error nodes.w.duration.amount wrong_duration'],
    [{ id: 'w', kind: 'wait', duration: { amount: -1 } }, 'error nodes.w.duration.amount wrong_duration'],
    [{ id: 'w', kind: 'wait', mode: 'time' }, 'error nodes.w.time no_time'],
    [{ id: 'w', kind: 'wait', mode: 'time', time: 'tomorrow' }, 'error nodes.w.time wrong_time'],
    [{ id: 'w', kind: 'review' }, 'error nodes.w.subject no_question'],
    [
      {
        id: 'w',
        kind: 'review',
        subject: 'Q',
        choices: [
          { port: 'a', label: 'A' },
          { port: 'a', label: 'B' },
        ],
      },
      'error nodes.w.choices.1.port double_port',
    ],
    [{ id: 'w', kind: 'review', subject: 'Q', choices: [{ port: 'expired', label: 'A' }] }, 'error nodes.w.choices.0.port double_port'],
    [{ id: 'w', kind: 'call' }, 'error nodes.w.workflowId no_workflow'],
  ])('%j: %s', (node, expected) => expect(problems([node], 'won > w')).toEqual([expected]));

  it('take an amount or a time that is only known when it runs', () => {
    const nodes = [
      { id: 'a', kind: 'wait', duration: { amount: '{{ trigger.days }}', unit: 'days' } },
      { id: 'b', kind: 'wait', mode: 'time', time: '{{ trigger.at }}' },
    ];
    expect(problems(nodes, 'won > a, a > b')).toEqual([]);
  });

  it('warn of a time that is over and leads nowhere', () => {
    expect(problems([event({ timeout: { amount: 1 } })], 'won > paid')).toEqual(['warning nodes.paid late_end']);
    expect(problems([review({ deadline: { amount: 1 } })], 'won > check')).toEqual(['warning nodes.check late_end']);
  });

  it('find what is wrong with the fields of a called trigger', () => {
    const trigger = (fields: unknown) => ({
      format: 'weft/workflow@1',
      name: 'T',
      nodes: [{ id: 'start', kind: 'trigger', connector: 'workflow', operation: 'called', input: { fields } }],
      edges: [],
    });
    const found = (fields: unknown) =>
      validateWorkflow(trigger(fields), catalog)
        .problems.filter(({ code }) => code === 'wrong_field')
        .map(({ path }) => path);
    const field = { name: 'id', type: 'number', required: 'yes' };
    expect(found([field])).toEqual([]);
    expect(found([field, field])).toEqual(['nodes.start.input.fields.1.name']);
    expect(found([{ name: 'no good' }])).toEqual(['nodes.start.input.fields.0']);
    expect(found('id')).toEqual(['nodes.start.input.fields']);
  });
});

describe('the address of a wait', () => {
  it('may be held by an operation that sends it, and by nothing else', () => {
    expect(problems([http({ body: '{{ resume.paid }}' }), event()], 'won > send, send > paid')).toEqual([]);
    const map = { id: 'm', kind: 'map', fields: [{ to: 'a', from: '{{ resume.paid }}' }] };
    expect(problems([map, event()], 'won > m, m > paid')).toEqual(['error nodes.m.fields.0.from resume_elsewhere']);
  });

  it('is only there for what can be answered, where it can be seen, as long as it is of use', () => {
    expect(problems([http({ body: '{{ resume.nothing }}' }), event()], 'won > send, send > paid')).toEqual([
      'error nodes.send.input.body unknown_reference',
    ]);
    const timer = { id: 'paid', kind: 'wait', duration: { amount: 1 } };
    expect(problems([http({ body: '{{ resume.paid }}' }), timer], 'won > send, send > paid')).toEqual([
      'error nodes.send.input.body unknown_reference',
    ]);
    const inLoop = [
      http({ body: '{{ resume.paid }}' }),
      { id: 'each', kind: 'loop', items: '{{ trigger.list }}' },
      event({ parent: 'each' }),
    ];
    expect(problems(inLoop, 'won > send, send > each')).toEqual(['error nodes.send.input.body across_loop']);
    expect(problems([event(), http({ body: '{{ resume.paid }}' })], 'won > paid, paid > send')).toEqual([
      'warning nodes.send.input.body resume_late',
    ]);
  });

  it('follows when the node is renamed', () => {
    const document = workflowSchema.parse(draft([http({ body: 'To {{ resume.paid }}' }), event()], edges('won > send', 'send > paid')));
    const renamed = renameNode(document, 'paid', 'answered');
    expect(renamed.nodes.map((node) => ('input' in node ? node.input : node.id))).toContainEqual({ body: 'To {{ resume.answered }}' });
  });
});

describe('values of a call', () => {
  const field = (type: CallField['type'], required = false): CallField => ({ name: 'v', label: 'Value', type, required });
  it.each([
    ['text', 7, '7'],
    ['text', '', ''],
    ['number', '7.5', 7.5],
    ['number', '', null],
    ['boolean', 'true', true],
    ['time', 0, '1970-01-01T00:00:00.000Z'],
    ['time', '2026-11-20', '2026-11-20'],
    ['list', [1], [1]],
    ['object', { a: 1 }, { a: 1 }],
    ['any', null, null],
  ] as const)('as %s take %j', (type, given, value) => {
    expect(readCallInput([field(type)], { v: given })).toEqual({ values: { v: value }, issues: [] });
  });

  it.each([
    ['text', { a: 1 }, '“Value” has to be a text; it was an object.'],
    ['number', 'seven', '“Value” has to be a number; it was "seven".'],
    ['boolean', 1, '“Value” has to be true or false; it was 1.'],
    ['time', 'soon', '“Value” has to be a time; it was "soon".'],
    ['list', 'a', '“Value” has to be a list; it was "a".'],
    ['object', [1], '“Value” has to be an object; it was a list.'],
  ] as const)('as %s refuse %j', (type, given, message) => {
    expect(readCallInput([field(type)], { v: given }).issues).toEqual([{ field: 'v', message }]);
  });

  it('must be there where they are required; what is not declared is left out', () => {
    expect(readCallInput([field('text', true)], { other: 1 })).toEqual({
      values: { v: null },
      issues: [{ field: 'v', message: '“Value” is required and was not given.' }],
    });
    expect(readCallInput([], { toString: 1 })).toEqual({ values: {}, issues: [] });
    expect(readCallInput([{ ...field('text', true), name: 'toString' }], {}).issues).toHaveLength(1);
  });
});

it('times are read alike whatever the machine’s own zone', () => {
  expect(['2026-11-20', '2026-11-20T09:00', '2026-11-20 09:00', '2026-11-20T09:00:00+02:00', 5].map(timeOf)).toEqual([
    Date.UTC(2026, 10, 20),
    Date.UTC(2026, 10, 20, 9),
    Date.UTC(2026, 10, 20, 9),
    Date.UTC(2026, 10, 20, 7),
    5,
  ]);
  expect(['', '9:00', 'tomorrow', '2026-13-40', null, {}, Infinity].map(timeOf)).toEqual(Array.from({ length: 7 }, () => undefined));
});

it('titles and lengths are plain words', () => {
  expect([durationWords({ amount: 1, unit: 'days' }), durationWords({ amount: 3, unit: 'hours' })]).toEqual(['1 day', '3 hours']);
  expect(durationWords({ amount: '{{ trigger.n }}', unit: 'hours' })).toBe('some hours');
  expect(titleOf(nodeOf(event()), catalog)).toBe('Wait for a call back');
  expect(titleOf(nodeOf(review()), catalog)).toBe('Send it?');
  expect(titleOf(nodeOf({ id: 'c', kind: 'call', workflowId: 'x', workflowName: 'Sync one' }), catalog)).toBe('Sync one');
});
