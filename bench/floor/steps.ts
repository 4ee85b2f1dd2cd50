/** What the floor executes: closures, made once. No document, no validation, no retry, no sandbox. */
import { Agent, get } from 'node:http';

/** What a step reads. */
export interface FloorScope {
  readonly trigger: unknown;
  readonly steps: Record<string, unknown>;
  readonly item?: unknown;
}

/** One step. */
export interface FloorStep {
  readonly id: string;
  readonly run: (scope: FloorScope) => unknown;
}

type Reader = (scope: FloorScope) => unknown;

/** `a.b[0].c` as a closure. */
function reader(path: string): Reader {
  const names = path.split(/[.[\]]+/).filter(Boolean);
  return (scope) => {
    let at: unknown = scope;
    for (const name of names) {
      if (typeof at !== 'object' || at === null) return undefined;
      at = (at as Record<string, unknown>)[name];
    }
    return at;
  };
}

/** An object, field by field. */
export function mapStep(id: string, fields: Readonly<Record<string, string>>): FloorStep {
  const readers = Object.entries(fields).map(([to, path]) => [to, reader(path)] as const);
  return {
    id,
    run: (scope) => {
      const output: Record<string, unknown> = {};
      for (const [to, read] of readers) output[to] = read(scope);
      return output;
    },
  };
}

/** The way taken. */
export function chooseStep(id: string, path: string, choose: (value: unknown) => string): FloorStep {
  const read = reader(path);
  return { id, run: (scope) => ({ port: choose(read(scope)) }) };
}

/** A step for each item of a list. */
export function eachStep(id: string, path: string, step: FloorStep): FloorStep {
  const read = reader(path);
  return { id, run: (scope) => (read(scope) as unknown[]).map((item) => step.run({ ...scope, item })) };
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** A call over HTTP. */
export function callStep(id: string, url: string, path: string): FloorStep {
  const read = reader(path);
  return { id, run: (scope) => getJson(url + encodeURIComponent(String(read(scope)))) };
}

function getJson(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, timeout: 30_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    });
    request.on('error', reject);
  });
}
