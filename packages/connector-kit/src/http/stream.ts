/** For vendor libraries that insist on a stream beside their promise. */
import { PassThrough, type Duplex } from 'node:stream';

/** A stream that takes whatever is piped into it and gives nothing. */
export function idleDuplex(): Duplex {
  return new PassThrough();
}
