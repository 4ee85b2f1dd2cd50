import { createRequire } from 'node:module';
import type * as libraries from 'monaco-editor/languages/features/typescript/lib/lib';
import type * as services from 'monaco-editor/languages/features/typescript/lib/typescriptServices';
import { describe, expect, it } from 'vitest';
import { asFunction, COMPILER_OPTIONS, offsetInScript } from './compiler.ts';
import { declareScope } from './declarations.ts';
import type { ScriptPlace } from './declarations.ts';
import { jsPath } from './js-path.ts';

// Not imported: what has nine megabytes is not to be transformed.
const require = createRequire(import.meta.url);
const { typescript: ts } = require('monaco-editor/languages/features/typescript/lib/typescriptServices') as typeof services;
const { libFileMap } = require('monaco-editor/languages/features/typescript/lib/lib') as typeof libraries;

const place = (more: Partial<ScriptPlace> = {}): ScriptPlace => ({
  sources: [
    { root: 'steps.company', title: 'Find company', nodeId: 'company', value: { id: 7, name: 'Acme', tags: ['a'], owner: null } },
    { root: 'steps.ticket', title: 'Create ticket', nodeId: 'ticket', value: { id: 1 } },
    { root: 'trigger', title: 'Deal won', nodeId: 'start', value: { record: { Name: 'Acme', 'Odd key': 1 } } },
  ],
  certain: new Set(['company', 'start']),
  isInLoop: false,
  isBehindError: false,
  ...more,
});

/** What the language service says of a script: code, line and sentence. */
function problems(code: string, at: ScriptPlace = place()): string[] {
  const files: Record<string, string> = { 'scope.d.ts': declareScope(at), 'script.js': asFunction(code) };
  const service = ts.createLanguageService({
    getCompilationSettings: () => COMPILER_OPTIONS,
    getScriptFileNames: () => Object.keys(files),
    getScriptVersion: () => '1',
    getScriptSnapshot: (name: string) => {
      const text = files[name] ?? libFileMap[name];
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => '',
    getDefaultLibFileName: () => 'lib.es2024.d.ts',
    fileExists: (name: string) => name in files || name in libFileMap,
    readFile: (name: string) => files[name] ?? libFileMap[name],
  });
  const found = [
    ...service.getSyntacticDiagnostics('scope.d.ts'),
    ...service.getSemanticDiagnostics('scope.d.ts'),
    ...service.getSyntacticDiagnostics('script.js'),
    ...service.getSemanticDiagnostics('script.js'),
  ];
  return found.map(({ messageText, start }) => {
    const line = code.slice(0, offsetInScript(start ?? 0, code)).split('\n').length;
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

describe('the declarations of what a script can read', () => {
  it('say what is there, with the sample beside it', () => {
    expect(declareScope(place())).toBe(`/** Deal won */
declare const trigger: {
  record: {
    /** Acme */
    Name: string;
    /** 1 */
    "Odd key": number;
  };
};
/** What the nodes before this one gave. */
declare const steps: {
  /** Find company */
  company: {
    /** 7 */
    id: number;
    /** Acme */
    name: string;
    tags: Array<string>;
    /** null */
    owner: any;
  };
  /** Create ticket: may be skipped on the way here */
  ticket?: {
    /** 1 */
    id: number;
  };
};
/** This run. */
declare const run: {
  id: string;
  /** When it started: ISO 8601. */
  startedAt: string;
};
/** What is written here stands in the run. */
declare const console: {
  debug(...values: any[]): void;
  log(...values: any[]): void;
  info(...values: any[]): void;
  warn(...values: any[]): void;
  error(...values: any[]): void;
};
`);
  });

  it('let a script return and wait at its outermost level, and use names of its own', () => {
    expect(
      problems(`const name = trigger.record.Name;
const run = 1;
const out = [];
for (const tag of steps.company.tags) out.push(tag.toUpperCase());
if (name === '') return null;
console.log(await Promise.resolve(name), run, trigger.record['Odd key'] + 1);
return Object.groupBy(out, (tag) => tag);`),
    ).toEqual([]);
  });

  it('know what is not there, and what may not be', () => {
    expect(
      problems(`const a = steps.company.nam;
const b = steps.ticket.id;
const c = item;
await fetch('https://example.com');
setTimeout(() => a, 1);
return [b, c, config, error, index, process.env, steps.gone];`).map((text) => text.replace(/\. .*/s, '.')),
    ).toEqual([
      expect.stringMatching(/^1: Property 'nam' does not exist/),
      expect.stringMatching(/^2: 'steps.ticket' is possibly 'undefined'/),
      expect.stringMatching(/^3: Cannot find name 'item'/),
      expect.stringMatching(/^4: Cannot find name 'fetch'/),
      expect.stringMatching(/^5: Cannot find name 'setTimeout'/),
      expect.stringMatching(/^6: Cannot find name 'config'/),
      expect.stringMatching(/^6: Cannot find name 'error'/),
      expect.stringMatching(/^6: Cannot find name 'index'/),
      expect.stringMatching(/^6: Cannot find name 'process'/),
      expect.stringMatching(/^6: Property 'gone' does not exist/),
    ]);
    expect(problems('return (')).not.toEqual([]);
  });

  it('add the item of a loop, the answers of the workflow and the failure behind an error port', () => {
    const inside = place({
      sources: [
        { root: 'item', title: 'Item of Each line', nodeId: 'each', value: { sku: 'a' } },
        { root: 'config', title: 'Settings of this workflow', value: { board: 'Onboarding' } },
      ],
      isInLoop: true,
      isBehindError: true,
    });
    expect(problems('return [item.sku.trim(), index + 1, config.board.trim(), error?.message.trim()];', inside)).toEqual([]);
    expect(problems('return item.price;', inside)).toHaveLength(1);
  });

  it('take over from the schema what the sample says nothing about', () => {
    const schema = {
      type: 'object',
      properties: {
        name: { type: 'string', title: 'Account name' },
        site: { type: ['string', 'null'] },
        lines: { type: 'array', items: { type: 'object', properties: { qty: { type: 'integer' } } } },
      },
    };
    const of = (value: unknown) =>
      declareScope(place({ sources: [{ root: 'trigger', title: 'T', nodeId: 'start', value, schema }] })).split('\n/** What the nodes')[0];
    expect(of(undefined)).toBe(`/** T */
declare const trigger: {
  /** Account name */
  name: string;
  site: string | null;
  lines: Array<{
    qty: number;
  }>;
};`);
    expect(of({ name: null, lines: [{ qty: 1 }, { qty: null, sku: 'x' }] })).toBe(`/** T */
declare const trigger: {
  /** Account name: null */
  name: string | null;
  lines: Array<{
    /** 1 */
    qty: number | null;
    /** x */
    sku?: string;
  }>;
  site?: string | null;
};`);
  });

  it('hold whatever a sample holds', () => {
    const odd = {
      'a*/ b': 'ends */ the comment\u2028 here',
      __proto__x: 1,
      empty: {},
      none: [],
      mixed: [1, 'a', null, { b: 1 }, [2]],
      big: { truncated: true, size: 100_000, preview: '[' },
      deep: JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`) as unknown,
      wide: Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`field${index}`, index])),
    };
    const at = place({ sources: [{ root: 'trigger', title: 'A */ title', nodeId: 'start', value: odd }] });
    expect(problems('return [trigger["a*/ b"].trim(), trigger.big.anything, trigger.mixed.length, trigger.wide.field4999];', at)).toEqual(
      [],
    );
    expect(declareScope(at).length).toBeLessThan(200_000);
  });
});

describe('a path in JavaScript', () => {
  it('quotes what is no plain name, and asks for what may be missing', () => {
    expect(jsPath('steps.company', [], true)).toBe('steps.company');
    expect(jsPath('steps.company', ['record', 'Odd key', 0, 'x'], true)).toBe('steps.company.record["Odd key"][0].x');
    expect(jsPath('steps.ticket', ['id'], false)).toBe('steps.ticket?.id');
    expect(jsPath('steps.list', [0, 'id'], false)).toBe('steps.list?.[0].id');
  });
});
