/** Validation's problems, sorted to the nodes and fields they belong to. Pure. */
import type { NodeMark } from '../../canvas/flow-model.ts';

/** A located finding about the draft. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly path: string;
  readonly code: string;
  readonly message: string;
  readonly nodeId: string | undefined;
}

/** A finding about one field of a node: `field` is the path below `input`, or below the node. */
export interface FieldProblem {
  readonly field: string;
  readonly level: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
}

/** Whether a finding is about the workflow's settings, which have a place of their own. */
export function isAboutSettings(finding: Finding): boolean {
  return finding.path.startsWith('settings.');
}

/** The worst finding of each node. */
export function marksOf(findings: readonly Finding[]): Map<string, NodeMark> {
  const marks = new Map<string, NodeMark>();
  for (const finding of findings) {
    if (finding.nodeId === undefined) continue;
    const before = marks.get(finding.nodeId);
    if (before === undefined || (before.level === 'warning' && finding.severity === 'error'))
      marks.set(finding.nodeId, { level: finding.severity, message: finding.message });
  }
  return marks;
}

/** The findings about a node's fields. */
export function fieldProblems(findings: readonly Finding[], nodeId: string): FieldProblem[] {
  return findings
    .filter((finding) => finding.nodeId === nodeId)
    .map((finding) => ({
      field: finding.path.replace(/^nodes[.[]\w+\]?\.?/, '').replace(/^(pages\.)?input\./, ''),
      level: finding.severity,
      code: finding.code,
      message: finding.message,
    }));
}
