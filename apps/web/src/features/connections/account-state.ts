/** How an account stands, in a word, an icon and a tone: the same on every page. */
import { CircleCheck, CircleX, Clock, Unplug } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

/** What a status is shown as. `blocks`: what follows for the runs that need the account. */
export interface AccountState {
  readonly word: string;
  readonly icon: LucideIcon;
  readonly tone: 'ok' | 'fail' | 'idle';
  readonly blocks?: string;
}

const STATES = {
  ok: { word: 'Works', icon: CircleCheck, tone: 'ok' },
  failed: { word: 'Does not work', icon: CircleX, tone: 'fail' },
  reconnect: {
    word: 'Disconnected',
    icon: Unplug,
    tone: 'fail',
    blocks: 'Whatever needs it waits until it is reconnected; nothing is lost.',
  },
} as const satisfies Record<string, AccountState>;
const UNKNOWN: AccountState = { word: 'Not tested yet', icon: Clock, tone: 'idle' };

/** The state a stored status names; one that is not known counts as not tested. */
export function accountState(status: string): AccountState {
  return Object.hasOwn(STATES, status) ? STATES[status as keyof typeof STATES] : UNKNOWN;
}

export const TONE_TEXT = { ok: 'text-ok', fail: 'text-fail', idle: 'text-text-3' } as const satisfies Record<AccountState['tone'], string>;
