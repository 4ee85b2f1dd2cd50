/** Thrown inside a node that cannot go on before something happens. */
import type { Pending } from './journal.ts';

export class Parked {
  readonly pending: readonly Pending[];
  constructor(pending: readonly Pending[]) {
    this.pending = pending;
  }
}
