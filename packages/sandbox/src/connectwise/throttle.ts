import type { ApiReply } from '../http.ts';

/** Requests allowed in any 60 seconds; more are answered 429 (developer guide: 1000). */
export class Throttle {
  perMinute: number;
  readonly #clock: () => number;
  #times: number[] = [];

  constructor(options: { perMinute: number; clock: () => number }) {
    this.perMinute = options.perMinute;
    this.#clock = options.clock;
  }

  /** Counts a request; an answer means that it is refused. */
  admit(): ApiReply | undefined {
    const now = this.#clock();
    this.#times = this.#times.filter((time) => time > now - 60_000);
    if (this.#times.length >= this.perMinute) {
      return {
        status: 429,
        headers: { 'retry-after': '30' },
        body: { error: 'ConnectWiseAPI', message: 'Too many requests. Please try again in 30 seconds.' },
      };
    }
    this.#times.push(now);
    return undefined;
  }
}
