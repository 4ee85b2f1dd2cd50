import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';

/** A line longer than this is no message of ours. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** Calls `onLine` for each line that arrives, and ends the connection over one that it throws at. */
export function readLines(socket: Socket, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest: string[] = [];
  let size = 0;
  socket.on('data', (chunk: Buffer) => {
    const text = decoder.write(chunk);
    let from = 0;
    try {
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        const line = rest.length === 0 ? text.slice(from, end) : rest.join('') + text.slice(0, end);
        rest = [];
        size = 0;
        from = end + 1;
        if (line !== '') onLine(line);
      }
      if (from < text.length) rest.push(from === 0 ? text : text.slice(from));
      size += text.length - from;
      if (size > LONGEST_LINE) throw new Error(`A line of more than ${LONGEST_LINE} characters`);
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
