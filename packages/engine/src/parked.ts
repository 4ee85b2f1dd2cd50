/** Thrown inside a node that cannot go on before a time. */
export class Parked {
  readonly wakeAt: number;
  constructor(wakeAt: number) {
    this.wakeAt = wakeAt;
  }
}
