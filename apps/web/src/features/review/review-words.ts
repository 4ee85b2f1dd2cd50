/** What is said of a question beside its own words. Pure. */
import type { Review } from './review-types.ts';

/** What the question is about, nearest to a person first: the customer, else the workflow. */
export function aboutOf(review: Pick<Review, 'businessKey' | 'workflowName'>): string {
  return review.businessKey === null ? review.workflowName : `${review.businessKey} · ${review.workflowName}`;
}

/** How a question that is not open any more came to its end. */
export function endOf(review: Pick<Review, 'status' | 'decision'>): string {
  if (review.decision) return `${review.decision.by} decided: ${review.decision.label}`;
  return review.status === 'expired' ? 'Nobody decided in time' : 'The run ended before anybody decided';
}

const ROLE_WORDS: Readonly<Record<string, string>> = { operator: 'operators', builder: 'builders', admin: 'admins' };

/** Who may decide, in words. */
export function whoDecides(role: string): string {
  return role === 'operator' ? 'operators and above' : role === 'admin' ? 'admins only' : `${ROLE_WORDS[role] ?? role} and admins`;
}

/** The question that follows when one leaves the list: the next one, else the one before. */
export function neighbourOf(ids: readonly string[], id: string): string | undefined {
  const at = ids.indexOf(id);
  return at === -1 ? ids[0] : (ids[at + 1] ?? ids[at - 1]);
}

/** The question some steps further down (or up) the list; the ends hold. */
export function stepFrom(ids: readonly string[], id: string | undefined, by: 1 | -1): string | undefined {
  const at = id === undefined ? -1 : ids.indexOf(id);
  if (at === -1) return ids[0];
  return ids[Math.min(ids.length - 1, Math.max(0, at + by))];
}

/** A fact's value as text, and whether it is an address that can be opened. */
export function factText(value: unknown): { readonly text: string; readonly link?: string; readonly isBlock?: true } {
  if (value === null || value === undefined || value === '') return { text: '—' };
  if (typeof value === 'object') return { text: JSON.stringify(value, null, 2), isBlock: true };
  const text = typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value);
  return /^https?:\/\/\S+$/.test(text) ? { text, link: text } : { text };
}
