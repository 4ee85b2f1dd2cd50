/**
 * Nasty values through every operation: what goes in either arrives as it was given, or is refused in one sentence that
 * names the field. It must never become another value, a failure of the server, or a way around what was meant.
 */
import assert from 'node:assert/strict';
import { isWeftError, type ErrorClass, type WeftError } from '@weft/errors';
import { createTestBench, type TestBench } from './bench.ts';
import type { Contract, ContractCase } from './contract.ts';
import { NASTY_DATES, NASTY_NAMES, NASTY_TEXTS, type NastyDate } from './nasty-values.ts';

/** A place where people give a value. */
export interface ValuePlace {
  /** Puts a value there and reads back what has become of it. A list: what several ways of reading give. */
  write(value: string, bench: TestBench): Promise<unknown>;
  /** By what a refusal may call the place; default its own name, and for names the name that was given. */
  readonly names?: readonly string[];
  /** What of a value is kept, where it is known to be cut or trimmed. */
  kept?(value: string): string;
  /** Classes a refusal may have beside `invalid`. */
  readonly classes?: readonly ErrorClass[];
}

/** What can be given to an operation, by place. */
export interface ValueContract {
  /** Any text. */
  readonly texts?: Readonly<Record<string, ValuePlace | ValuePlace['write']>>;
  /** A text as the name of a field: it must be refused, or be a field in truth. */
  readonly names?: Readonly<Record<string, ValuePlace | ValuePlace['write']>>;
  /** A date without time. */
  readonly days?: Readonly<Record<string, ValuePlace | ValuePlace['write']>>;
  /** A moment. */
  readonly moments?: Readonly<Record<string, ValuePlace | ValuePlace['write']>>;
}

/** Which values go through which operations. */
export interface ValueContracts extends Pick<Contract, 'connector' | 'account'> {
  /** By id; every operation of the connector must be here, or in `left` with a reason. */
  readonly operations: Readonly<Record<string, ValueContract>>;
  readonly left?: Readonly<Record<string, string>>;
}

type Same = (kept: string, back: unknown) => boolean;

/** One case for each place of each operation, and one that none is forgotten. */
export function valueCases(contracts: ValueContracts): ContractCase[] {
  const { connector, operations, left = {} } = contracts;
  const known = connector.operations.map(({ id }) => id);
  return [
    {
      name: 'nasty values go through every operation',
      async run() {
        const covered = [...Object.keys(operations), ...Object.keys(left)];
        assert.deepEqual(covered.toSorted(), known.toSorted());
      },
    },
    ...Object.entries(operations).flatMap(([operation, { texts = {}, names = {}, days = {}, moments = {} }]) => [
      ...casesOf(contracts, `${operation}: any text in`, { places: texts, values: NASTY_TEXTS, same: isSameText }),
      ...casesOf(contracts, `${operation}: any name in`, { places: names, values: NAMES, same: isSameText, isName: true }),
      ...casesOf(contracts, `${operation}: any day in`, { places: days, values: DATES, same: isSameDay }),
      ...casesOf(contracts, `${operation}: any moment in`, { places: moments, values: DATES, same: isSameMoment }),
    ]),
  ];
}

const NAMES = Object.fromEntries(NASTY_NAMES.map((name) => [`the name ${name.slice(0, 30)}`, name]));
const DATES = Object.fromEntries(Object.keys(NASTY_DATES).map((date) => [date, date]));

function casesOf(
  contracts: ValueContracts,
  title: string,
  trial: { places: NonNullable<ValueContract['texts']>; values: Readonly<Record<string, string>>; same: Same; isName?: boolean },
): ContractCase[] {
  return Object.entries(trial.places).map(([name, given]) => ({
    name: `${title} ${name} arrives, or is refused by its name`,
    async run() {
      const place = typeof given === 'function' ? { write: given } : given;
      const findings: string[] = [];
      for (const [what, value] of Object.entries(trial.values))
        findings.push(
          ...(await tryValue(contracts, { name: trial.isName === true ? value.slice(0, 20) : name, place, value, same: trial.same })).map(
            (finding) => `${what}: ${finding}`,
          ),
        );
      assert.deepEqual(findings, []);
    },
  }));
}

async function tryValue(
  { connector, account }: ValueContracts,
  trial: { name: string; place: ValuePlace; value: string; same: Same },
): Promise<string[]> {
  const { values, now } = account();
  const bench = createTestBench({ connector, ...(values === undefined ? {} : { values }), ...(now === undefined ? {} : { now }) });
  const { place, value } = trial;
  const findings: string[] = [];
  try {
    const back = await place.write(value, bench);
    const kept = place.kept?.(value) ?? value;
    for (const one of Array.isArray(back) ? (back as unknown[]) : [back])
      if (!trial.same(kept, one)) findings.push(`came back as ${JSON.stringify(one)}`);
  } catch (error) {
    if (!isWeftError(error)) throw error;
    findings.push(...refusalFaults(error, place, trial.name));
  }
  const failed = bench.exchanges().find(({ status = 0 }) => status >= 500);
  if (failed !== undefined) findings.push(`the server failed: ${failed.status} for ${failed.method} ${failed.url}`);
  return findings;
}

function refusalFaults(error: WeftError, place: ValuePlace, name: string): string[] {
  const said = error.message;
  const names = place.names ?? [name];
  return [
    ...(error.class === 'invalid' || place.classes?.includes(error.class) === true ? [] : [`refused as ${error.class}: ${said}`]),
    ...(names.some((one) => said.toLowerCase().includes(one.toLowerCase()))
      ? []
      : [`refused without naming ${names.join(' or ')}: ${said}`]),
    ...(/[.!?…"”)]$/.test(said) && said.length <= 1000 ? [] : [`refused, but not in a sentence: ${said}`]),
  ];
}

/** Spaces around and the form of line ends do not count; nothing and empty are the same. */
function isSameText(kept: string, back: unknown): boolean {
  const plain = (value: unknown): string =>
    String(value ?? '')
      .replace(/\r\n?/g, '\n')
      .trim();
  return plain(kept) === plain(back);
}

const meaningOf = (date: string): NastyDate => NASTY_DATES[date] ?? {};

function isSameDay(date: string, back: unknown): boolean {
  const { day } = meaningOf(date);
  return day !== undefined && String(back).slice(0, 10) === day;
}

/** Vendors keep whole seconds at least. */
function isSameMoment(date: string, back: unknown): boolean {
  const { ms } = meaningOf(date);
  const held = Date.parse(String(back).replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return ms !== undefined && Math.abs(held - ms) < 1000;
}
