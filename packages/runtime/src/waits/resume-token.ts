/**
 * The secret part of the address at which a wait is answered.
 *
 * It is derived from the master key, the run and the step: 256 bits that nobody can guess, the same for every worker and
 * every attempt, and stored nowhere. The database knows its SHA-256 only.
 */
import { createHash, createHmac } from 'node:crypto';
import type { SecretBox } from '../secrets/sealed-box.ts';

/** A step of a run. */
export interface WaitingStep {
  readonly workspaceId: string;
  readonly runId: string;
  readonly path: string;
}

/** The token of a step's wait. */
export function resumeToken(box: SecretBox, step: WaitingStep): string {
  return createHmac('sha256', box.derive(step.workspaceId, 'resume')).update(`${step.runId}|${step.path}`).digest('base64url');
}

/** What is stored of a token. */
export function resumeTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Where a token is sent to. */
export function resumeUrl(publicUrl: string, token: string): string {
  return `${publicUrl}/resume/${token}`;
}
