/**
 * The engine's waits over a claimed run: registered in the database under the run's fence, and addresses handed out.
 */
import { announceWait, registerWait } from '@weft/db';
import type { Database, OpenWaitRow, WaitRow, WaitStanding } from '@weft/db';
import type { Host, OpenWait, WaitRequest, WaitState } from '@weft/engine';
import { isWeftError } from '@weft/errors';
import { faultOf, refusedByDatabase } from '../runs/database-faults.ts';
import type { LeaseKeeper } from '../runs/lease-keeper.ts';
import { stopError } from '../runs/run-session.ts';
import type { RunSession } from '../runs/run-session.ts';
import type { SecretBox } from '../secrets/sealed-box.ts';
import { callWorkflow } from './call-workflow.ts';
import { childResult } from './child-result.ts';
import { resumeToken, resumeTokenHash, resumeUrl } from './resume-token.ts';

/** What waiting takes. */
export interface WaitMeans {
  readonly db: Database;
  readonly box: SecretBox;
  readonly leases: LeaseKeeper;
  /** Where people and vendors reach us, without a slash at the end. */
  readonly publicUrl: string;
}

/** The waits of one claimed run. */
export interface WaitHost extends Pick<Host, 'wait' | 'resumeAddress'> {
  /** Waits that were open when the run was taken up. */
  readonly open: ReadonlyMap<string, OpenWait>;
  /** Tokens that were handed out: they are to be masked in whatever is recorded. */
  readonly tokens: ReadonlySet<string>;
  /** Whether the run may leave open waits behind when it ends. */
  readonly hasWaits: boolean;
}

/** Makes the waits of a run; `open` are the rows that were read with it. */
export function createWaitHost(means: WaitMeans, session: RunSession, open: readonly OpenWaitRow[]): WaitHost {
  const tokens = new Set<string>();
  let hasWaits = open.length > 0;
  const owner = { runId: session.run.id, fence: session.run.fence };
  const tokenOf = (path: string): string => resumeToken(means.box, { workspaceId: session.run.workspaceId, runId: session.run.id, path });
  return {
    open: new Map(open.map((row) => [row.path, openWait(row, means.leases.now())])),
    tokens,
    get hasWaits() {
      return hasWaits;
    },
    wait: async (request) => {
      const standing = await owned(means, session, async () => {
        hasWaits = true;
        if (request.kind === 'child') return callWorkflow(means.db, { session, owner, request });
        return registerWait(means.db.pool, owner, waitRow(request, tokenOf));
      });
      const state = toState(standing, means.leases.now());
      if (state.state !== 'answered' || request.kind !== 'child') return state;
      return {
        ...state,
        answer: await childResult(means.db, { runId: owner.runId, path: request.path, call: request.call, answer: state.answer }),
      };
    },
    resumeAddress: async ({ path, nodeId, kind }) => {
      if (kind === 'review') return `${means.publicUrl}/review?run=${session.run.id}&step=${encodeURIComponent(path)}`;
      const token = tokenOf(path);
      await owned(means, session, async () => {
        hasWaits = true;
        return announceWait(means.db.pool, owner, { path, nodeId, tokenHash: resumeTokenHash(token) });
      });
      tokens.add(token);
      return resumeUrl(means.publicUrl, token);
    },
  };
}

function waitRow(request: Exclude<WaitRequest, { kind: 'child' }>, tokenOf: (path: string) => string): WaitRow {
  const { path, nodeId, kind, due } = request;
  return {
    path,
    nodeId,
    kind,
    ...(due === undefined ? {} : { due }),
    ...(kind === 'event' ? { tokenHash: resumeTokenHash(tokenOf(path)) } : {}),
    ...(kind === 'review' ? { question: request.question } : {}),
  };
}

/** Due when the database says so: what is left is known better than what time it is. */
function openWait(row: { readonly since: number; readonly dueInMs: number | null }, now: number): OpenWait {
  return { since: row.since, ...(row.dueInMs === null ? {} : { dueAt: Math.round(now + row.dueInMs) }) };
}

function toState(standing: WaitStanding, now: number): WaitState {
  switch (standing.status) {
    case 'answered':
      return { state: 'answered', since: standing.since, answer: standing.answer ?? null };
    case 'expired':
    // A wait of a run that goes on is not closed; should it be, its time is over.
    case 'closed':
      return { state: 'due', since: standing.since, dueAt: standing.dueAt ?? now };
    case 'open':
      return { state: 'open', ...openWait(standing, now) };
  }
}

const TRIES = 6;

/**
 * Asks the database for something that only the run's owner may do. What is asked may be asked again, so a broken
 * connection is waited out; when it stays broken, or the run is not ours, this worker lets the run go.
 */
async function owned<T>(means: WaitMeans, session: RunSession, ask: () => Promise<T | undefined | false>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    session.assertLive();
    const isFresh = means.leases.mayStartEffect(session.run.id, session.claimedAtMs);
    try {
      const answer = isFresh ? await ask() : undefined;
      if (answer !== undefined && answer !== false) return answer;
    } catch (thrown) {
      if (isWeftError(thrown)) throw thrown;
      const fault = faultOf(thrown);
      if (fault === 'poison') throw refusedByDatabase(thrown);
      if (fault === 'lostAnswer' && attempt < TRIES) {
        await new Promise((resolve) => setTimeout(resolve, Math.min(1000, 50 * 2 ** attempt)));
        continue;
      }
    }
    session.stop({ kind: 'lost' });
    throw stopError({ kind: 'lost' });
  }
}
