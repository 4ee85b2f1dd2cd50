/**
 * Reads a version that is to be executed. It was valid for whoever published it, perhaps a newer build than this one: what
 * is not known here is refused, since to pass over it would be to do something else than the workflow says.
 */
import { WeftError } from '@weft/errors';
import type { z } from 'zod';
import { WORKFLOW_FORMAT, workflowSchema } from '../document.ts';
import type { WorkflowDocument } from '../document.ts';
import { locate, valueAt } from './locate.ts';

/** Code of the error for a version that this build cannot read. */
export const VERSION_UNREADABLE = 'version_unreadable';

/** The document of a version. Throws `invalid`, {@link VERSION_UNREADABLE}, whose message names what is not known here. */
export function readVersion(value: unknown): WorkflowDocument {
  const format = valueAt(['format'], value);
  if (format !== WORKFLOW_FORMAT) throw unreadable(value, `the format ${JSON.stringify(format ?? null)}; it knows “${WORKFLOW_FORMAT}”`);
  const parsed = workflowSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unreadable(value, parsed.error.issues.map((issue) => featureOf(issue, value))[0] ?? '');
}

function unreadable(value: unknown, feature: string): WeftError {
  const name = valueAt(['name'], value);
  const which = typeof name === 'string' ? `this version of “${name}”` : 'this version';
  return new WeftError({
    class: 'invalid',
    code: VERSION_UNREADABLE,
    message: `The worker cannot run ${which}, which was published by another build of Weft: it does not know ${feature}.`,
  });
}

/** What a finding of the schema is about, in the words of the document. */
function featureOf(issue: z.core.$ZodIssue, root: unknown): string {
  const place = issue.path;
  const isKind = issue.code === 'invalid_union' && place.at(-1) === 'kind';
  if (isKind) return `the kind ${JSON.stringify(valueAt(place, root) ?? null)}${ofNode(place, root)}`;
  if (issue.code === 'unrecognized_keys') return `${issue.keys.map((key) => `“${key}”`).join(', ')}${ofNode(place, root)}`;
  return `what stands at ${locate(place, root)} (${issue.message})`;
}

function ofNode(place: readonly PropertyKey[], root: unknown): string {
  if (place[0] !== 'nodes' || place.length < 2) return place.length === 0 ? '' : ` at ${locate(place, root)}`;
  const [, id] = locate(place.slice(0, 2), root).split('.');
  return ` of the node “${id}”`;
}
