/** The respond node: the answer to the request that started the run. */
import { WeftError } from '@weft/errors';
import { headerFault } from '@weft/workflow';
import type { RespondNode } from '@weft/workflow';
import type { CompiledNode } from '../compile.ts';
import type { Answer } from '../host.ts';
import { asObject, asText } from '../plain.ts';
import type { Resolve } from './map.ts';

/** What the node answers. A promise only if an expression needs one. Throws `invalid`, naming the field. */
export function answerOf(compiled: CompiledNode<RespondNode>, resolve: Resolve): Answer | Promise<Answer> {
  const parts = [resolve('status'), resolve('headers'), compiled.node.body === undefined ? undefined : resolve('body')];
  if (parts.some((part) => part instanceof Promise)) return Promise.all(parts).then(assemble);
  return assemble(parts);
}

function assemble([status, headers, body]: readonly unknown[]): Answer {
  const list = headersOf(headers);
  return {
    status: statusOf(status),
    ...(Object.keys(list).length === 0 ? {} : { headers: list }),
    ...(body === undefined ? {} : { body }),
  };
}

function statusOf(value: unknown): number {
  const status = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw refused(`Status: ${JSON.stringify(value ?? null)} is no HTTP status; it is a number from 200 to 599.`);
}

function headersOf(value: unknown): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, member] of Object.entries(asObject(value))) {
    if (member === undefined || member === null) continue;
    const fault = headerFault(name);
    if (fault !== undefined) throw refused(`Headers: ${fault}`);
    const text = asText(member);
    // What comes with the data must not begin a header of its own.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
      throw refused(`Headers: “${name}” has a line break or another character that no header may hold.`);
    headers[name.toLowerCase()] = text;
  }
  return headers;
}

function refused(message: string): WeftError {
  return new WeftError({ class: 'invalid', code: 'answer_invalid', message });
}
