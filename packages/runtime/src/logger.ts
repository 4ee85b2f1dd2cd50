/**
 * Structured log: one JSON object per line on standard output.
 */
import { isWeftError } from '@weft/errors';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Facts of a line. Never secrets: callers log ids, not values. */
export type LogFacts = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
  /** A logger that adds these facts to each line. */
  with(facts: LogFacts): Logger;
}

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Options of {@link createLogger}. */
export interface LoggerOptions {
  readonly process: string;
  readonly level?: LogLevel;
  readonly write?: (line: string) => void;
}

function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
  // The stack is for faults of ours; an error raised on purpose says all in its message.
  if (isWeftError(error) && error.class !== 'bug') return { class: error.class, code: error.code, message: error.message, ...cause };
  return { message: error.message, stack: error.stack, ...cause };
}

/** Makes a logger. A fact named `error` may be anything thrown. */
export function createLogger(options: LoggerOptions): Logger {
  const least = RANK[options.level ?? 'info'];
  const write = options.write ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const make = (base: LogFacts): Logger => {
    const log =
      (level: LogLevel) =>
      (message: string, facts: LogFacts = {}) => {
        if (RANK[level] < least) return;
        const all: Record<string, unknown> = { at: new Date().toISOString(), level, process: options.process, message, ...base, ...facts };
        if ('error' in all) all['error'] = plainError(all['error']);
        write(JSON.stringify(all));
      };
    return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error'), with: (facts) => make({ ...base, ...facts }) };
  };
  return make({});
}

/** The level named in the environment, `info` when none or an unknown one is. */
export function logLevelFrom(text: string | undefined): LogLevel {
  return text !== undefined && Object.hasOwn(RANK, text) ? (text as LogLevel) : 'info';
}
