/**
 * What a script can read by name, as TypeScript declarations made from the sample: only what exists is declared, and each
 * value stands beside its name. Pure.
 */
import type { JsonSchema } from '@weft/workflow';
import { previewOf } from '../data/data-tree.ts';
import type { DataSource } from '../data/data-tree.ts';
import { isPlainName } from './js-path.ts';

/** The place of a script in its workflow. */
export interface ScriptPlace {
  /** What the data panel shows for it. */
  readonly sources: readonly DataSource[];
  /** Ids of the nodes that have run in any case. */
  readonly certain: ReadonlySet<string>;
  readonly isInLoop: boolean;
  readonly isBehindError: boolean;
}

/** Deepest level, most members and items of a list that are looked at; samples can be large. */
const MAX_DEPTH = 8;
const MAX_MEMBERS = 2000;
const MAX_ITEMS = 20;
const LONGEST_COMMENT = 80;

const CONSOLE = ['debug', 'log', 'info', 'warn', 'error'].map((level) => `  ${level}(...values: any[]): void;`).join('\n');

/** The declarations of everything that is in scope, as the text of a `.d.ts` file. */
export function declareScope({ sources, certain, isInLoop, isBehindError }: ScriptPlace): string {
  const writer: Writer = { budget: { members: MAX_MEMBERS }, indent: 0 };
  const named = (root: string) => sources.find((source) => source.root === root);
  const constant = (root: string) => {
    const source = named(root);
    return source === undefined
      ? []
      : [`${comment(source.title, '')}declare const ${root}: ${typeOf([source.value], source.schema, writer)};`];
  };
  const steps = sources
    .filter((source) => source.root.startsWith('steps.') && source.nodeId !== undefined)
    .map((source) => {
      const isCertain = certain.has(source.nodeId ?? '');
      const title = isCertain ? source.title : `${source.title}: may be skipped on the way here`;
      const type = typeOf([source.value], source.schema, { ...writer, indent: 1 });
      return `${comment(title, '  ')}  ${source.nodeId}${isCertain ? '' : '?'}: ${type};`;
    });
  return [
    ...constant('trigger'),
    `/** What the nodes before this one gave. */\ndeclare const steps: {${steps.length === 0 ? '' : `\n${steps.join('\n')}\n`}};`,
    ...constant('item'),
    ...(isInLoop ? ['/** Which item of the loop: the first is 0. */\ndeclare const index: number;'] : []),
    ...constant('config'),
    '/** This run. */\ndeclare const run: {\n  id: string;\n  /** When it started: ISO 8601. */\n  startedAt: string;\n};',
    ...(isBehindError
      ? [
          '/** The failure that led here; null when no error port was taken. */\ndeclare const error: { class: string; code: string; message: string; nodeId: string; detail?: any } | null;',
        ]
      : []),
    `/** What is written here stands in the run. */\ndeclare const console: {\n${CONSOLE}\n};`,
    '',
  ].join('\n');
}

interface Writer {
  /** How much may still be written, of all together. */
  readonly budget: { members: number };
  readonly indent: number;
}

/** The type of whatever some samples of one value are, told by the schema where they say nothing. */
function typeOf(values: readonly unknown[], schema: JsonSchema | undefined, writer: Writer): string {
  const given = values.filter((value) => value !== undefined);
  const present = given.filter((value) => value !== null);
  if (present.some(isCut)) return 'any';
  if (present.length === 0) {
    const known = schemaType(schema, writer);
    return known !== 'any' && given.length > 0 && !known.includes('| null') ? `${known} | null` : known;
  }
  const objects = present.filter((value): value is Record<string, unknown> => typeof value === 'object' && !Array.isArray(value));
  const lists = present.filter((value): value is unknown[] => Array.isArray(value));
  const parts = [
    ...new Set(present.filter((value) => typeof value !== 'object').map((value) => typeof value)),
    ...(objects.length === 0 ? [] : [objectType(objects, schema, writer)]),
    ...(lists.length === 0 ? [] : [listType(lists, schema, writer)]),
    ...(given.length > present.length ? ['null'] : []),
  ];
  return parts.join(' | ');
}

function objectType(objects: readonly Record<string, unknown>[], schema: JsonSchema | undefined, writer: Writer): string {
  const known = record(schema?.['properties']) ?? {};
  const keys = [...new Set([...objects.flatMap((one) => Object.keys(one)), ...Object.keys(known)])];
  const indent = writer.indent + 1;
  if (keys.length === 0) return '{ [name: string]: any }';
  if (indent > MAX_DEPTH) return 'any';
  const pad = '  '.repeat(indent);
  const lines: string[] = [];
  for (const key of keys) {
    if (writer.budget.members <= 0) {
      lines.push(`${pad}[name: string]: any;`);
      break;
    }
    writer.budget.members -= 1;
    const schemaOfKey = record(known[key]);
    const samples = objects.filter((one) => Object.hasOwn(one, key)).map((one) => one[key]);
    const type = typeOf(samples, schemaOfKey, { ...writer, indent });
    const isMissing = objects.length > 0 && samples.length < objects.length;
    lines.push(
      `${comment(wordsOf(schemaOfKey, samples), pad)}${pad}${isPlainName(key) ? key : JSON.stringify(key)}${isMissing ? '?' : ''}: ${type};`,
    );
  }
  return `{\n${lines.join('\n')}\n${'  '.repeat(indent - 1)}}`;
}

function listType(lists: readonly unknown[][], schema: JsonSchema | undefined, writer: Writer): string {
  const items = lists.flatMap((list) => list.slice(0, MAX_ITEMS));
  return `Array<${typeOf(items, record(schema?.['items']), writer)}>`;
}

/** What a schema says of a value that no sample has. */
function schemaType(schema: JsonSchema | undefined, writer: Writer): string {
  const types = [schema?.['type']].flat().filter((type): type is string => typeof type === 'string');
  if (types.length === 0) return 'any';
  const parts = types.map((type) => {
    switch (type) {
      case 'string':
      case 'number':
      case 'boolean':
      case 'null':
        return type;
      case 'integer':
        return 'number';
      case 'array':
        return listType([], schema, writer);
      case 'object':
        return objectType([], schema, writer);
      default:
        return 'any';
    }
  });
  return parts.includes('any') ? 'any' : [...new Set(parts)].join(' | ');
}

/** A value of a run that is too large to be shown stands as its beginning: nothing is known of it. */
function isCut(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    (value as { truncated?: unknown }).truncated === true &&
    typeof (value as { size?: unknown }).size === 'number'
  );
}

function wordsOf(schema: JsonSchema | undefined, samples: readonly unknown[]): string {
  const title = schema?.['title'];
  const [sample] = samples;
  const value = typeof sample === 'object' && sample !== null ? '' : previewOf(sample, LONGEST_COMMENT);
  return [typeof title === 'string' ? title : '', value].filter((part) => part !== '').join(': ');
}

/** A comment line, or nothing without words. What comes from a sample must not end the comment. */
function comment(words: string, pad: string): string {
  return words === '' ? '' : `${pad}/** ${words.replaceAll('*/', '* /').replace(/[\r\n\u2028\u2029]+/g, ' ')} */\n`;
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}
