/**
 * Runs one script in QuickJS, compiled to WebAssembly: an engine of its own with nothing of ours in it. What it may use of
 * memory is bounded by the WebAssembly memory itself, which the engine inside cannot exceed; its own limit counts nothing.
 * Time is bounded twice: by an interrupt here, and by whoever started this process, who kills it.
 */
import variant from '@jitl/quickjs-wasmfile-release-sync';
import { Scope, newQuickJSWASMModuleFromVariant, newVariant } from 'quickjs-emscripten-core';
import type { QuickJSContext, QuickJSHandle, QuickJSWASMModule } from 'quickjs-emscripten-core';
import type { ConsoleLine } from '@weft/engine';
import type { ScriptAnswer, ScriptFailure, ScriptTask } from './protocol.ts';

const PAGE_BYTES = 65_536;
/** What the engine's module asks for at least. */
const FIRST_PAGES = 256;
const MOST_MEMORY_BYTES = 96 * 1024 * 1024;
/** A box whose memory has grown this far is given up: it never shrinks again. */
const SPENT_BYTES = 48 * 1024 * 1024;
const MOST_OUTPUT_CHARACTERS = 10 * 1024 * 1024;
const MOST_LINES = 200;
const MOST_LINE_CHARACTERS = 2000;
/** Lines that the wrapper puts before the script. */
const LINES_BEFORE = 1;

/** Where scripts run; one after another. */
export interface Box {
  run(task: ScriptTask): ScriptAnswer;
}

/** Makes a box. */
export async function openBox(): Promise<Box> {
  const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MOST_MEMORY_BYTES / PAGE_BYTES });
  const module = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: memory }));
  return {
    run: (task) => {
      const startedAt = performance.now();
      const answer = runOnce(module, memory, task);
      return { ...answer, durationMs: Math.round(performance.now() - startedAt) };
    },
  };
}

function runOnce(module: QuickJSWASMModule, memory: WebAssembly.Memory, task: ScriptTask): Outcome {
  const console: ConsoleLine[] = [];
  try {
    // A fresh runtime for each execution: nothing of one is seen by the next.
    const runtime = module.newRuntime();
    const until = performance.now() + task.timeoutMs;
    runtime.setInterruptHandler(() => performance.now() > until);
    runtime.setMaxStackSize(512 * 1024);
    const context = runtime.newContext();
    const result = execute(context, task, console);
    if ('failure' in result && performance.now() > until) return { ...tooSlow(task), console, isSpent: true };
    context.dispose();
    runtime.dispose();
    return { ...result, console, isSpent: memory.buffer.byteLength > SPENT_BYTES };
  } catch (thrown) {
    // What is thrown here is the engine giving up, be it of memory or of its stack; its state is not to be trusted.
    return { failure: gaveUp(thrown, memory), console, isSpent: true };
  }
}

type Result = { readonly output: string | undefined } | { readonly failure: ScriptFailure };
type Outcome = Result & Pick<ScriptAnswer, 'console' | 'isSpent'>;

function execute(context: QuickJSContext, task: ScriptTask, console: ConsoleLine[]): Result {
  giveConsole(context, console);
  const prepared = context.evalCode(preamble(task), 'data');
  if (prepared.error) return prepared.error.consume((error) => failed(context, error));
  prepared.value.dispose();
  // What is not given back keeps the engine from being taken down.
  return Scope.withScope((scope) => {
    const begun = context.evalCode(`(async () => {\n${task.code}\n})()`, 'script');
    if (begun.error) return failed(context, scope.manage(begun.error));
    scope.manage(begun.value);
    const jobs = context.runtime.executePendingJobs();
    if (jobs.error) return failed(context, scope.manage(jobs.error));
    const state = context.getPromiseState(begun.value);
    if (state.type === 'fulfilled') return outputOf(context, state.notAPromise ? state.value : scope.manage(state.value));
    if (state.type === 'rejected') return failed(context, scope.manage(state.error));
    const message = 'The script waits for something that never comes. There are no timers and no network in a script.';
    return { failure: { code: 'script_pending', message } };
  });
}

/** The data, read by the engine's own parser from text: no object of ours gets in. */
function preamble({ scope, seed }: ScriptTask): string {
  const data = Object.entries(scope)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `globalThis[${JSON.stringify(name)}] = JSON.parse(${JSON.stringify(JSON.stringify(value))});`);
  return `${data.join('')}${seededRandom(seed)}`;
}

/** An attempt that is made again is given the same numbers, so that what it decides is the same. */
function seededRandom(seed: number): string {
  return `{ let s = ${seed >>> 0}; Math.random = () => { s = (s + 0x6D2B79F5) >>> 0; let t = Math.imul(s ^ (s >>> 15), 1 | s); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296; }; }`;
}

const LEVELS = ['log', 'info', 'warn', 'error', 'debug'] as const;

function giveConsole(context: QuickJSContext, lines: ConsoleLine[]): void {
  const object = context.newObject();
  for (const level of LEVELS) {
    const write = context.newFunction(level, (...values: QuickJSHandle[]) => {
      if (lines.length > MOST_LINES) return;
      const text = values.map((value) => textOf(context, value)).join(' ');
      lines.push(
        lines.length === MOST_LINES
          ? { level: 'warn', text: `… more than ${MOST_LINES} lines; the rest is left out` }
          : { level, text: text.slice(0, MOST_LINE_CHARACTERS) },
      );
    });
    context.setProp(object, level, write);
    write.dispose();
  }
  context.setProp(context.global, 'console', object);
  object.dispose();
}

function textOf(context: QuickJSContext, handle: QuickJSHandle): string {
  const type = context.typeof(handle);
  if (type === 'string') return context.getString(handle);
  if (type === 'undefined') return 'undefined';
  return jsonOf(context, handle)?.slice(0, MOST_LINE_CHARACTERS) ?? String(context.dump(handle));
}

/** JSON made inside, by the engine; undefined for what has none. */
function jsonOf(context: QuickJSContext, handle: QuickJSHandle): string | undefined {
  const json = context.getProp(context.global, 'JSON');
  const stringify = context.getProp(json, 'stringify');
  const result = context.callFunction(stringify, json, handle);
  stringify.dispose();
  json.dispose();
  if (result.error) {
    result.error.dispose();
    return undefined;
  }
  const text = context.typeof(result.value) === 'string' ? context.getString(result.value) : undefined;
  result.value.dispose();
  return text;
}

function outputOf(context: QuickJSContext, value: QuickJSHandle): Result {
  const type = context.typeof(value);
  if (type === 'undefined') return { output: undefined };
  const text = type === 'function' || type === 'symbol' ? undefined : jsonOf(context, value);
  if (text === undefined)
    return {
      failure: {
        code: 'script_output',
        message: `The script returned ${type === 'object' ? 'something that has no JSON form, such as a circle' : `a ${type}`}. Return plain data.`,
      },
    };
  if (text.length > MOST_OUTPUT_CHARACTERS)
    return {
      failure: {
        code: 'script_output_large',
        message: `The script returned more than ${MOST_OUTPUT_CHARACTERS / 1024 / 1024} MB. Return less, or work in several steps.`,
      },
    };
  return { output: text };
}

function failed(context: QuickJSContext, error: QuickJSHandle): Result {
  const dumped: unknown = context.dump(error);
  if (typeof dumped !== 'object' || dumped === null)
    return { failure: { code: 'script_failed', message: `The script threw ${JSON.stringify(dumped)}.` } };
  const { name, message, stack } = dumped as { name?: unknown; message?: unknown; stack?: unknown };
  const found = /script:(\d+)/.exec(String(stack ?? ''))?.[1];
  const line = found === undefined ? undefined : Math.max(1, Number(found) - LINES_BEFORE);
  const where = line === undefined ? '' : `Line ${line}: `;
  if (message === 'out of memory') return { failure: { code: 'script_memory', message: 'The script needed more memory than it may use.' } };
  const said = `${typeof name === 'string' && name !== 'Error' ? `${name}: ` : ''}${String(message ?? '')}`.slice(0, 1000);
  return { failure: { code: 'script_failed', message: `${where}${said}`, ...(line === undefined ? {} : { line }) } };
}

function tooSlow({ timeoutMs }: ScriptTask): { failure: { code: string; message: string } } {
  return { failure: { code: 'script_timeout', message: `The script took longer than ${timeoutMs / 1000} s and was stopped.` } };
}

function gaveUp(thrown: unknown, memory: WebAssembly.Memory): { code: string; message: string } {
  const isMemory = memory.buffer.byteLength > MOST_MEMORY_BYTES * 0.9 || /memory/i.test(String(thrown));
  if (isMemory) return { code: 'script_memory', message: 'The script needed more memory than it may use.' };
  if (thrown instanceof RangeError) return { code: 'script_depth', message: 'The script called itself, or nested its data, too deeply.' };
  return {
    code: 'script_died',
    message: `The script could not go on: ${thrown instanceof Error ? thrown.message : String(thrown)}`.slice(0, 500),
  };
}
