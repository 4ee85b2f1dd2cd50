import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalog, draft, edges, map, trigger } from '../../test/sample.ts';
import { hasErrors, validateWorkflow } from './validate.ts';

const problemsOf = (input: unknown): readonly unknown[] => validateWorkflow(input, catalog).problems;
const get = (more: object = {}): object => ({
  id: 'account',
  kind: 'connector',
  connector: 'salesforce',
  operation: 'getRecord',
  slot: 'crm',
  input: { object: 'Account', id: '{{ trigger.id }}' },
  ...more,
});

describe('a sound workflow', () => {
  it('has no problems and comes back with its defaults', () => {
    const { document, problems } = validateWorkflow(
      draft([get(), map('company', '{{ steps.account.record.Name }}')], edges('won > account', 'account > company')),
      catalog,
    );
    expect(problems).toEqual([]);
    expect(document).toMatchObject({
      config: {},
      settings: {},
      layout: {},
      nodes: [{ id: 'won', input: {} }, { id: 'account' }, { id: 'company' }],
    });
  });
});

describe('shape', () => {
  it.each([
    ['text', 'hello'],
    ['a list', []],
    ['nothing', null],
  ])('refuses %s', (_, input) => {
    expect(problemsOf(input)).toEqual([
      {
        severity: 'error',
        path: '',
        code: 'not_a_workflow',
        message: 'A workflow is a JSON object with "format", "name", "nodes" and "edges".',
      },
    ]);
  });

  it('tells a newer format from an unknown and a missing one', () => {
    expect([{ format: 'weft/workflow@7' }, { format: 'n8n' }, {}].flatMap(problemsOf)).toEqual([
      {
        severity: 'error',
        path: 'format',
        code: 'unknown_format',
        message: 'The file was written by a newer Weft (weft/workflow@7); this one reads weft/workflow@1. Update Weft first.',
      },
      {
        severity: 'error',
        path: 'format',
        code: 'unknown_format',
        message: 'The format "n8n" is unknown; it should be "weft/workflow@1".',
      },
      {
        severity: 'error',
        path: 'format',
        code: 'unknown_format',
        message: 'The file does not say what it is: "format" is missing and should be "weft/workflow@1".',
      },
    ]);
  });

  it('reports everything at once, by node id where it has a readable one', () => {
    expect(
      problemsOf(
        draft(
          [{ id: 'a', kind: 'mapp' }, { id: 'b' }, { id: 'Foo Bar', kind: 'map' }, { id: 'c', kind: 'map', colour: 1 }],
          [{ from: 'won' }],
        ),
      ),
    ).toEqual([
      {
        severity: 'error',
        path: 'nodes.a.kind',
        nodeId: 'a',
        code: 'unknown_kind',
        message:
          'The kind "mapp" is unknown; it is one of trigger, connector, map, branch, loop, stop, wait, review, call, script, respond. Did you mean “map”?',
      },
      {
        severity: 'error',
        path: 'nodes.b.kind',
        nodeId: 'b',
        code: 'unknown_kind',
        message: 'It does not say its kind, one of trigger, connector, map, branch, loop, stop, wait, review, call, script, respond.',
      },
      {
        severity: 'error',
        path: 'nodes.3.id',
        code: 'wrong_value',
        message: 'must be camelCase: a lower-case letter, then letters and digits, 50 at most.',
      },
      { severity: 'error', path: 'nodes.c.colour', nodeId: 'c', code: 'unknown_member', message: '“colour” is not known here; remove it.' },
      { severity: 'error', path: 'edges.0.to', code: 'wrong_type', message: 'It is missing; a text is needed.' },
    ]);
  });
});

describe('connectors', () => {
  it.each<[string, object, { path: string; code: string; message: string }]>([
    [
      'connector',
      { connector: 'salesforc' },
      {
        path: 'connector',
        code: 'unknown_connector',
        message: 'The connector “salesforc” is not installed here. Did you mean “salesforce”?',
      },
    ],
    [
      'operation',
      { operation: 'getRecrd' },
      {
        path: 'operation',
        code: 'unknown_operation',
        message: 'Salesforce has no action “getRecrd”; it has getRecord. Did you mean “getRecord”?',
      },
    ],
    [
      'trigger used as action',
      { operation: 'recordChanged' },
      { path: 'operation', code: 'unknown_operation', message: 'Salesforce has no action “recordChanged”; it has getRecord.' },
    ],
    [
      'slot',
      { slot: 'crn' },
      { path: 'slot', code: 'unknown_slot', message: 'There is no slot “crn” in this workflow. Did you mean “crm”?' },
    ],
    [
      'slot named like a method of objects',
      { slot: 'toString' },
      { path: 'slot', code: 'unknown_slot', message: 'There is no slot “toString” in this workflow.' },
    ],
    [
      'slot of another connector',
      { slot: 'psa' },
      { path: 'slot', code: 'wrong_slot', message: 'The slot “psa” holds an account of connectwise; Salesforce needs one of its own.' },
    ],
    [
      'missing property',
      { input: { object: 'Account' } },
      { path: 'input.id', code: 'missing_property', message: '“Record id” is required.' },
    ],
    [
      'wrong choice',
      { input: { object: 'Acount', id: '1' } },
      {
        path: 'input.object',
        code: 'wrong_choice',
        message: '“Object” cannot be “Acount”; it is one of Account, Contact. Did you mean “Account”?',
      },
    ],
  ])('names an unknown %s', (_, more, expected) => {
    expect(problemsOf(draft([get(more)], edges('won > account')))).toEqual([
      { severity: 'error', nodeId: 'account', ...expected, path: `nodes.account.${expected.path}` },
    ]);
  });

  it('warns of a property that is not used, and lets expressions stand for choices', () => {
    expect(problemsOf(draft([get({ input: { object: '{{ trigger.type }}', id: '1', Id: '2' } })], edges('won > account')))).toEqual([
      {
        severity: 'warning',
        path: 'nodes.account.input.Id',
        nodeId: 'account',
        code: 'unknown_property',
        message: '“getRecord” has no field “Id”; it is not used. Did you mean “id”?',
      },
    ]);
  });

  it('checks where a question takes its choices from', () => {
    const from = (slot: string, operation: string, property: string): object => ({
      title: 'Q',
      choicesFrom: { slot, operation, property },
    });
    const config = {
      a: from('none', 'getRecord', 'object'),
      b: from('crm', 'getRecrd', 'object'),
      c: from('crm', 'getRecord', 'objekt'),
      d: from('crm', 'getRecord', 'object'),
    };
    expect(problemsOf(draft([], [], { config }))).toEqual([
      { severity: 'error', path: 'config.a.choicesFrom.slot', code: 'unknown_slot', message: 'There is no slot “none” in this workflow.' },
      {
        severity: 'error',
        path: 'config.b.choicesFrom.operation',
        code: 'unknown_operation',
        message: 'Salesforce has no operation “getRecrd”. Did you mean “getRecord”?',
      },
      {
        severity: 'error',
        path: 'config.c.choicesFrom.property',
        code: 'unknown_property',
        message: '“getRecord” has no field “objekt”. Did you mean “object”?',
      },
    ]);
  });
});

describe('graph', () => {
  const codes = (input: unknown): string[] => validateWorkflow(input, catalog).problems.map(({ path, code }) => `${path} ${code}`);

  it('needs one trigger', () => {
    expect(codes({ ...draft([]), nodes: [] })).toEqual(['nodes no_trigger']);
    expect(codes(draft([{ ...trigger, id: 'other' }]))).toEqual(['nodes.other several_triggers', 'nodes.other unreachable']);
  });

  it('names every circle', () => {
    const problems = problemsOf(
      draft(
        ['a', 'b', 'c', 'd'].map((id) => map(id)),
        edges('won > a', 'a > b', 'b > a', 'won > c', 'c > d', 'd > c'),
      ),
    );
    expect(problems).toEqual([
      {
        severity: 'error',
        path: 'nodes.a',
        nodeId: 'a',
        code: 'cycle',
        message: 'These nodes lead in a circle: a → b → a. Remove one of the edges; to repeat something, use a loop.',
      },
      {
        severity: 'error',
        path: 'nodes.c',
        nodeId: 'c',
        code: 'cycle',
        message: 'These nodes lead in a circle: c → d → c. Remove one of the edges; to repeat something, use a loop.',
      },
    ]);
  });

  it('finds edges that lead nowhere, into the trigger, across a loop, from no port, twice', () => {
    const nodes = [
      map('a'),
      { id: 'each', kind: 'loop', items: '{{ trigger.list }}' },
      map('inner', '{{ item.x }}', { parent: 'each' }),
      { id: 'end', kind: 'stop' },
    ];
    const wires = edges(
      'won > a',
      'won > a',
      'a > nobody',
      'won > each',
      'each > inner',
      'a > end',
      'end > each',
      'a:maybe > each',
      'a > won',
    );
    expect(codes(draft(nodes, wires)).filter((code) => code.startsWith('edges'))).toEqual([
      'edges.1 double_edge',
      'edges.2.to unknown_node',
      'edges.4 across_loop',
      'edges.6.fromPort unknown_port',
      'edges.7.fromPort unknown_port',
      'edges.8.to into_trigger',
    ]);
  });

  it('finds double ids, wrong loops and nodes out of reach', () => {
    expect(codes(draft([map('a'), map('a'), map('b', 'x', { parent: 'a' }), map('alone')], edges('won > a')))).toEqual([
      'nodes.a double_id',
      'nodes.b.parent no_loop',
      'nodes.alone unreachable',
    ]);
  });

  it('finds a loop that stands in itself', () => {
    const loop = (id: string, parent: string): object => ({ id, kind: 'loop', items: '{{ trigger.l }}', parent });
    expect(codes(draft([loop('a', 'b'), loop('b', 'a')]))).toEqual(['nodes.a.parent loop_in_itself', 'nodes.b.parent loop_in_itself']);
  });

  it('checks each kind by its own rules', () => {
    const way = (port: string): object => ({ port, label: port, when: 'trigger.x = 1' });
    expect(
      codes(
        draft(
          [
            { id: 'fork', kind: 'branch', cases: [way('yes'), way('yes'), way('error')] },
            { id: 'empty', kind: 'map' },
          ],
          edges('won > fork', 'won > empty'),
        ),
      ),
    ).toEqual(['nodes.fork.cases.1.port double_port', 'nodes.fork.cases.2.port double_port', 'nodes.empty.fields empty_map']);
  });
});

describe('expressions', () => {
  const inMap = (from: unknown): readonly unknown[] =>
    problemsOf(
      draft([map('before'), map('here', from), map('later')], edges('won > before', 'before > here', 'here > later'), {
        config: { board: { title: 'Board' } },
      }),
    );
  const finding = (code: string, message: string, severity = 'error'): object => ({
    severity,
    path: 'nodes.here.fields.0.from',
    nodeId: 'here',
    code,
    message,
  });

  it.each<[string, string, object]>([
    [
      'unknown node',
      '{{ steps.befor.x }}',
      finding('unknown_reference', 'There is no node “befor”, so steps.befor.x has no value. Did you mean “before”?'),
    ],
    [
      'later node',
      '{{ steps.later.x }}',
      finding('not_run_before', '“later” has not run when “here” runs, so steps.later.x has no value. Connect it before this node.'),
    ],
    [
      'own output',
      '{{ steps.here.x }}',
      finding('not_run_before', '“here” has not run when “here” runs, so steps.here.x has no value. Connect it before this node.'),
    ],
    [
      'trigger as step',
      '{{ steps.won.x }}',
      finding('trigger_reference', '“won” is the trigger; write trigger in the place of steps.won.'),
    ],
    ['all steps', '{{ steps }}', finding('incomplete_reference', '“steps” needs the id of a node behind it, such as steps.company.')],
    ['unknown question', '{{ config.bord }}', finding('unknown_config', 'This workflow asks no question “bord”. Did you mean “board”?')],
    [
      'question named like a method of objects',
      '{{ config.toString }}',
      finding('unknown_config', 'This workflow asks no question “toString”.'),
    ],
    [
      'unknown root',
      '{{ triger.x }}',
      finding(
        'unknown_name',
        '“triger” is not known here; expressions begin with trigger, steps, item, index, run, config, error, resume. Did you mean “trigger”?',
      ),
    ],
    ['item outside a loop', '{{ item.x }}', finding('outside_loop', '“item” is known inside a loop only.')],
    [
      'error without error port',
      '{{ error.message }}',
      finding('no_error', '“error” is empty here: this node does not stand behind an error port.', 'warning'),
    ],
    [
      'syntax',
      'Hi {{ trigger.x + }}',
      finding('expression_syntax', 'The expression cannot be read: Unexpected end of expression. Near “trigger.x +”, character 12.'),
    ],
    [
      'unclosed hole',
      'Hi {{ trigger.x',
      finding(
        'expression_syntax',
        'The expression cannot be read: The braces {{ are not closed; add }} at the end of the expression. Near “{{ trigger.x”, character 4.',
      ),
    ],
  ])('reports: %s', (_, from, expected) => {
    expect(inMap(from)).toEqual([expected]);
  });

  it('leaves fields of a filtered list alone and reports deep places', () => {
    expect(inMap('{{ trigger.list[name = "x"].id }}')).toEqual([]);
    expect(inMap({ a: ['ok', { b: '{{ nope.x }}' }] })).toMatchObject([{ path: 'nodes.here.fields.0.from.a.1.b', code: 'unknown_name' }]);
  });

  it('reads conditions with and without braces', () => {
    const when = (text: string): readonly unknown[] =>
      problemsOf(draft([{ id: 'fork', kind: 'branch', cases: [{ port: 'yes', label: 'Yes', when: text }] }], edges('won > fork')));
    expect([...when('trigger.x = 1'), ...when('{{ trigger.x = 1 }}')]).toEqual([]);
    expect([when('nope = 1'), when('{{ nope = 1 }}'), when('')]).toMatchObject([
      [{ code: 'unknown_name' }],
      [{ code: 'unknown_name' }],
      [{ path: 'nodes.fork.cases.0.when', code: 'expression_syntax' }],
    ]);
  });

  it('lets a trigger use config only and settings no steps', () => {
    const input = { ...draft([]), nodes: [{ ...trigger, input: { a: '{{ steps.x.y }}' } }], settings: { businessKey: '{{ steps.x.y }}' } };
    expect(problemsOf(input)).toMatchObject([
      { path: 'nodes.won.input.a', code: 'unknown_property' },
      { path: 'settings.businessKey', code: 'unknown_name' },
      { path: 'nodes.won.input.a', code: 'unknown_name' },
    ]);
  });

  it('lets a key be made of the event only, and of what costs next to nothing', () => {
    const keys = (businessKey: string, key = businessKey) => problemsOf({ ...draft([]), settings: { businessKey, concurrency: { key } } });
    expect(keys('{{ trigger.record.id }}-{{ $lowercase(trigger.record.name) }}')).toEqual([]);
    expect(keys('{{ config.a }}')).toMatchObject([
      { path: 'settings.businessKey', code: 'unknown_name' },
      { path: 'settings.concurrency.key', code: 'unknown_name' },
    ]);
    expect(keys('{{ $reduce(trigger.list, function($a, $b) { $a & $b }) }}')).toMatchObject([
      { path: 'settings.businessKey', code: 'key_heavy' },
      { path: 'settings.concurrency.key', code: 'key_heavy' },
    ]);
    expect(keys('trigger.record.id')).toMatchObject([{ severity: 'warning', path: 'settings.concurrency.key', code: 'key_constant' }]);
    expect(keys('{{ trigger.record.id')).toMatchObject([{ code: 'expression_syntax' }, { code: 'expression_syntax' }]);
  });

  it('refuses ?? nested so often that parsing alone would take seconds', () => {
    const nested = Array.from({ length: 40 }).reduce<string>((inner) => `(${inner} ?? b)`, 'trigger.a');
    expect(inMap(`{{ ${nested} }}`)).toEqual([finding('expression_syntax', 'It uses ?: and ?? more than 10 times; use fewer.')]);
  });
});

describe('hostile input', () => {
  it('refuses names that reach a prototype, wherever they stand', () => {
    const input: unknown = JSON.parse(JSON.stringify(draft([map('a', { x: { PROTO: 1 } })])).replace('PROTO', '__proto__'));
    expect(problemsOf(input)).toEqual([
      {
        severity: 'error',
        path: 'nodes.a.fields.0.from.x.__proto__',
        nodeId: 'a',
        code: 'forbidden_key',
        message: 'The name “__proto__” is not allowed; choose another.',
      },
    ]);
  });

  it('refuses depth, also of values that contain themselves', () => {
    const circular: Record<string, unknown> = draft([]);
    circular['self'] = circular;
    const deep = Array.from({ length: 50_000 }).reduce<unknown>((inner) => [inner], 1);
    expect([circular, draft([map('a', deep)])].flatMap(problemsOf)).toMatchObject([
      { code: 'too_deep' },
      { path: 'nodes.a.fields.0.from.0', code: 'too_deep' },
    ]);
  });

  it('keeps findings readable however long the foreign words are', () => {
    const [problem] = validateWorkflow(draft([get({ connector: 'x'.repeat(3_000_000) })], edges('won > account')), catalog).problems;
    expect(problem).toMatchObject({ path: 'nodes.account.connector', code: 'unknown_connector' });
    expect(problem?.message.length).toBe(600);
  });

  it('never throws, whatever the JSON', () => {
    const ids = fc.constantFrom('won', 'a', 'b', 'c', 'toString');
    const names = fc.oneof({ weight: 60, arbitrary: ids }, { weight: 1, arbitrary: fc.constantFrom('Bad id', '') });
    const texts = fc.oneof(
      fc.constantFrom('{{ steps.a.x }}', '{{ item', '{{ }}', '{{ config.toString }}', '\\{{ x', '{{ `a }}', '{{ /}}/ }}', '{{ a ?? b }}'),
      fc.string(),
    );
    const inputs = fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), texts), { maxKeys: 3 });
    const base = { id: names, parent: ids };
    const call = {
      ...base,
      connector: fc.constantFrom('salesforce', 'x'),
      operation: fc.constantFrom('getRecord', 'recordChanged', 'y'),
      slot: ids,
      input: inputs,
    };
    const node = fc.oneof(
      ...[
        { ...call, kind: fc.constant('trigger') },
        { ...call, kind: fc.constant('connector') },
        {
          ...base,
          kind: fc.constant('map'),
          fields: fc.array(fc.record({ to: fc.constantFrom('a', 'b.c'), from: fc.oneof(fc.jsonValue(), texts) }), { maxLength: 3 }),
        },
        {
          ...base,
          kind: fc.constant('branch'),
          cases: fc.array(fc.record({ port: ids, label: fc.constant('x'), when: texts }), { minLength: 1, maxLength: 3 }),
        },
        { ...base, kind: fc.constant('loop'), items: fc.oneof(fc.jsonValue(), texts) },
        { ...base, kind: fc.constant('stop'), message: texts },
      ].map((shape) =>
        fc.record(shape as Record<string, fc.Arbitrary<unknown>>, {
          requiredKeys: Object.keys(shape).filter((key) => key !== 'parent' && key !== 'slot'),
        }),
      ),
    );
    const documents = fc.record({
      format: fc.constant('weft/workflow@1'),
      name: fc.constant('n'),
      nodes: fc.array(node, { maxLength: 6 }),
      edges: fc.array(fc.record({ from: ids, to: ids, fromPort: fc.constantFrom('next', 'error', 'a') }), { maxLength: 10 }),
      slots: fc.constantFrom({}, { a: { connector: 'salesforce' } }),
    });
    let accepted = 0;
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), documents), (input) => {
        const { document, problems } = validateWorkflow(input, catalog);
        if (document) accepted += 1;
        // What has no document says why, and every finding is located and worded.
        expect(document !== undefined || hasErrors(problems)).toBe(true);
        for (const { code, message } of problems) expect([code, message]).not.toContain('');
      }),
      { numRuns: 1500 },
    );
    expect(accepted).toBeGreaterThan(300);
  });
});
