/**
 * What an author writes down about a connector so that the contract suite can try it against a server: its sandbox, or
 * a stub of its own. A description holds no expectations; those are the same for every connector and stand in the cases.
 */
import type { ErrorClass } from '@weft/errors';
import type { ConnectionValues, ConnectorDefinition } from '../connector.ts';
import type { TestBench } from './bench.ts';

export type Input = Record<string, unknown>;

/** Which requests are meant. `path` is a part of path and query, or an expression tested against them. */
export interface RequestMatch {
  readonly method?: string;
  readonly path?: string | RegExp;
}

/** An answer as it goes over the wire; a `body` that is no text is sent as JSON. */
export interface ServerAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Something that happens to the next requests. */
export interface ServerFault {
  /** Which requests; default all. */
  readonly on?: RequestMatch;
  /** How many; default one. */
  readonly times?: number;
  /** Answered so and not done, or `lost`: done, but the connection breaks before the answer. */
  readonly answer: ServerAnswer | 'lost';
}

/** An account at the server. */
export interface ContractAccount {
  /** Absent for connectors that need none. */
  readonly values?: ConnectionValues;
  disturb(fault: ServerFault): void;
  /** Takes back what was not used up. */
  calm(): void;
  /** The clock of server and connector, when the test holds it. Default the real one. */
  readonly now?: () => number;
  /** Moves that clock on. */
  advance?(ms: number): void;
}

/** How an action is tried. */
export interface ActionContract {
  /** Input that works, new for each case: two inputs must not mean the same record. */
  input(bench: TestBench): Input | Promise<Input>;
  /** The request by which it does its work; default all it makes. */
  readonly request?: RequestMatch;
  /** Of a write: how often what this input asks for has been done, 1 when all is well. */
  effects?(input: Input, bench: TestBench): Promise<number>;
  /** What every sentence about a refusal must hold: the record as people know it. */
  subject?(input: Input): string | RegExp;
  /** It sits out waits shorter than this many seconds by itself. */
  readonly waits?: number;
  /** Statuses that are an answer to this operation rather than a failure. */
  readonly tolerates?: readonly number[];
  /** Of a read: paths that are posted to in order to read. */
  readonly readsBy?: RegExp;
  /** Where this operation's errors look different from the others'. */
  errorBody?(status: number, words: string): unknown;
}

/** How a list is tried. */
export interface ListContract {
  readonly operation: string;
  /** Numbers of records, chosen around the vendor's page size. None at all is tried as well. */
  readonly counts: readonly number[];
  /** Sees that there are so many records, and gives input that lists exactly these. */
  prepare(count: number, bench: TestBench): Promise<{ readonly input: Input; readonly ids: readonly string[] }>;
  idsIn(output: unknown): readonly string[];
}

/** How a polling trigger is tried. What it cannot do is left out. */
export interface PollContract {
  readonly input: Input;
  /** Makes a record of which the trigger must tell; gives its id. */
  make(bench: TestBench): Promise<string>;
  /** Makes many of them; default one by one. */
  makeMany?(count: number, bench: TestBench): Promise<readonly string[]>;
  /** Changes one so that the trigger must tell again. */
  change?(id: string, bench: TestBench): Promise<void>;
  /** Makes one that becomes visible now, with the stamp of a minute ago. */
  makeLate?(bench: TestBench): Promise<string>;
  idIn(payload: unknown): string;
  /** Records in one page of the vendor's; default 200. */
  readonly pageSize?: number;
  /** The request by which it asks for changes. */
  readonly request?: RequestMatch;
  /** Characters of the cursor by which each record is remembered for as long as it counts; default none once all is quiet. */
  readonly remembers?: number;
  /** The first look tells of what is there already, such as dates that have passed. */
  readonly givesPresent?: boolean;
}

/** How a push trigger is tried. The server must deliver to this machine. */
export interface PushContract {
  readonly input: Input;
  /** Makes a record of which the server tells, by one delivery; gives its id. */
  make(bench: TestBench): Promise<string>;
  /** Resolves when no delivery is on its way. */
  settled(): Promise<void>;
  /** How many registrations the server has that deliver to this address. */
  registered(hookUrl: string): Promise<number>;
  idIn(payload: unknown): string;
  /** The request by which it registers; default the first it makes. */
  readonly request?: RequestMatch;
}

/** One answer of the vendor and what must become of it. */
export interface Refusal {
  readonly name: string;
  /** Default the first action. */
  readonly operation?: string;
  readonly answer: ServerAnswer;
  readonly class: ErrorClass;
  readonly code?: string;
  /** What the sentence must hold: the field, the vendor's words, what to do. */
  readonly says?: readonly (string | RegExp)[];
  readonly retryAfterMs?: number;
  /** Requests it may take; default one. */
  readonly requests?: number;
}

/** A connector, described for the suite. */
export interface Contract {
  readonly connector: ConnectorDefinition;
  /** Asked for when a case runs: the server is only started then. */
  account(): ContractAccount;
  /** The vendor's way to say a status with some words. */
  errorBody(status: number, words: string): unknown;
  /** By id; every action of the connector must be here or in `left`. */
  readonly actions: Readonly<Record<string, ActionContract>>;
  /** By id; every polling trigger must be here or in `left`. */
  readonly polls?: Readonly<Record<string, PollContract>>;
  /** By id; every push trigger must be here or in `left`. */
  readonly pushes?: Readonly<Record<string, PushContract>>;
  readonly lists?: readonly ListContract[];
  readonly refusals?: readonly Refusal[];
  /** Account values that are wrong, by the field the connection test must name. */
  readonly wrongValues?: readonly (readonly [field: string, changed: ConnectionValues])[];
  /** Requests by which it signs in, whatever it is asked for. */
  readonly signIn?: RegExp;
  /** After a 401 the session is renewed and the request made once more. */
  readonly renewsSession?: boolean;
  /** Operations that are not tried, and why. */
  readonly left?: Readonly<Record<string, string>>;
}

/** One thing a connector must do: a sentence, and work that throws when it does not. */
export interface ContractCase {
  readonly name: string;
  run(): Promise<void>;
}
