/**
 * As much of the platform's AbortSignal as the engine needs. The engine compiles without platform types; where those are
 * present, this merges with them.
 */
declare global {
  interface AbortSignal {
    readonly aborted: boolean;
  }
}

export {};
