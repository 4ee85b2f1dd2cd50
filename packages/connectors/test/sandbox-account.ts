/** An account of the sandbox, as the kit's contract suite wants it. */
import type { ContractAccount, ServerFault } from '@weft/connector-kit/testing';
import type { Fault, Sandbox } from '@weft/sandbox';

/** A clock that tests hold. */
export interface HeldClock {
  now(): number;
  advance(ms: number): void;
}

/** Makes one that stands still between advances. */
export function heldClock(startMs: number): HeldClock {
  let at = startMs;
  return { now: () => at, advance: (ms) => void (at += ms) };
}

/** The account of one vendor, whose clock is the given one. */
export function sandboxAccount(
  sandbox: Sandbox,
  vendor: Fault['vendor'],
  account: { readonly values: Record<string, string>; readonly clock: HeldClock },
): ContractAccount {
  return {
    values: account.values,
    now: account.clock.now,
    advance: account.clock.advance,
    disturb: (fault) => void sandbox.faults.add(faultOf(vendor, fault)),
    calm: () => sandbox.faults.clear(),
  };
}

function faultOf(vendor: Fault['vendor'], { on = {}, times = 1, answer }: ServerFault): Fault {
  const { method, path = '' } = on;
  const which = { vendor, path, times, ...(method === undefined ? {} : { method }) };
  if (answer === 'lost') return { ...which, kind: 'reset-after-apply' };
  const { status, headers = {}, body } = answer;
  const seconds = headers['retry-after'];
  return { ...which, kind: 'status', status, body, ...(seconds === undefined ? {} : { retryAfter: Number(seconds) }) };
}
