/** What interfaces are told of a question to a person. Plain JSON: times are ISO text. */
import type { ReviewQuestion } from '@weft/engine';
import { ROLES } from '../permissions.ts';
import type { Role } from '../permissions.ts';

/** How a question was decided. */
export interface ReviewDecision {
  readonly choice: string;
  readonly label: string;
  readonly comment: string | null;
  readonly by: string;
  readonly at: string;
}

/** One question. */
export interface ReviewView {
  readonly id: string;
  readonly runId: string;
  readonly workflowId: string;
  readonly workflowName: string;
  readonly businessKey: string | null;
  readonly nodeId: string;
  readonly path: string;
  readonly subject: string;
  readonly details: string;
  readonly facts: ReviewQuestion['facts'];
  readonly choices: ReviewQuestion['choices'];
  readonly comment: ReviewQuestion['comment'];
  /** The least role that may decide. */
  readonly role: string;
  readonly mayDecide: boolean;
  readonly status: 'open' | 'decided' | 'expired' | 'closed';
  readonly askedAt: string;
  readonly dueAt: string | null;
  readonly decision: ReviewDecision | null;
}

/** A question as the tables give it. */
export interface ReviewRow {
  readonly id: string;
  readonly run_id: string;
  readonly workflow_id: string;
  readonly workflow_name: string | null;
  readonly business_key: string | null;
  readonly node_id: string;
  readonly path: string;
  readonly status: 'open' | 'answered' | 'expired' | 'closed';
  readonly is_live: boolean;
  readonly is_due: boolean;
  readonly question: ReviewQuestion;
  readonly answer: { readonly choice: string; readonly comment: string | null; readonly decidedBy: { readonly name: string } } | null;
  readonly answered_at: Date | null;
  readonly reached_at: Date;
  readonly due_at: Date | null;
}

/** Reads questions; what follows is the condition on `w` and the order. */
export const REVIEWS = `
SELECT w.id, w.run_id, w.workflow_id, f.name AS workflow_name, coalesce(r.business_key, h.business_key) AS business_key, w.node_id, w.path,
  w.status, r.id IS NOT NULL AS is_live, coalesce(w.due_at <= now(), false) AS is_due, w.question, w.answer, w.answered_at, w.reached_at, w.due_at
FROM run_wait w LEFT JOIN run r ON r.id = w.run_id LEFT JOIN run_history h ON h.id = w.run_id AND r.id IS NULL LEFT JOIN workflow f ON f.id = w.workflow_id
WHERE w.kind = 'review' AND w.question IS NOT NULL`;

/** The view of a row for somebody of a role. */
export function toReviewView(row: ReviewRow, role: Role): ReviewView {
  const { question, answer } = row;
  return {
    id: row.id,
    runId: row.run_id,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name ?? 'Deleted workflow',
    businessKey: row.business_key,
    nodeId: row.node_id,
    path: row.path,
    subject: question.subject,
    details: question.details,
    facts: question.facts,
    choices: question.choices,
    comment: question.comment,
    role: question.role,
    mayDecide: mayDecide(role, question.role),
    status: statusOf(row),
    askedAt: row.reached_at.toISOString(),
    dueAt: row.due_at?.toISOString() ?? null,
    decision:
      answer && row.answered_at
        ? {
            choice: answer.choice,
            label: question.choices.find(({ port }) => port === answer.choice)?.label ?? answer.choice,
            comment: answer.comment,
            by: answer.decidedBy.name,
            at: row.answered_at.toISOString(),
          }
        : null,
  };
}

/** Whether a role may decide what asks for another. */
export function mayDecide(role: Role, asked: string): boolean {
  const least = ROLES.findIndex((one) => one === asked);
  return ROLES.indexOf(role) >= Math.max(least, ROLES.indexOf('operator'));
}

function statusOf(row: ReviewRow): ReviewView['status'] {
  if (row.status === 'answered') return 'decided';
  if (row.status !== 'open') return row.status;
  if (!row.is_live) return 'closed';
  return row.is_due ? 'expired' : 'open';
}
