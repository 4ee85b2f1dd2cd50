/** What a person has answered in the install wizard; kept in the browser's session, so that a reload loses nothing. */
import type { JsonValue, WorkflowDocument } from '@weft/workflow';

/** The wizard's pages, in order. */
export const STEPS = ['accounts', 'questions', 'mapping', 'review'] as const;
export type Step = (typeof STEPS)[number];

export interface Answers {
  readonly step: Step;
  readonly name: string;
  /** slot → connection id */
  readonly bindings: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, JsonValue>>;
  /** Changed expressions: `<document index>/<node id>/<target>` → text. */
  readonly edits: Readonly<Record<string, string>>;
  /** Set once the workflows exist, so that a second try goes on with them instead of making more. */
  readonly installed?: readonly string[];
}

const KEY = 'weft.install.';

/** Where an edit belongs. */
export function editKey(documentIndex: number, nodeId: string, to: string): string {
  return `${documentIndex}/${nodeId}/${to}`;
}

/** Reads what was answered before; undefined when nothing was, or storage is closed. */
export function loadAnswers(templateId: string): Answers | undefined {
  try {
    const text = sessionStorage.getItem(KEY + templateId);
    return text === null ? undefined : (JSON.parse(text) as Answers); // written by saveAnswers only
  } catch {
    return undefined; // storage is closed in some private modes
  }
}

/** Keeps the answers; `undefined` forgets them. */
export function saveAnswers(templateId: string, answers: Answers | undefined): void {
  try {
    if (answers) sessionStorage.setItem(KEY + templateId, JSON.stringify(answers));
    else sessionStorage.removeItem(KEY + templateId);
  } catch {
    // The wizard works without; only a reload would begin anew.
  }
}

/** The document with the changed expressions in place. */
export function applyEdits(document: WorkflowDocument, documentIndex: number, edits: Readonly<Record<string, string>>): WorkflowDocument {
  return {
    ...document,
    nodes: document.nodes.map((node) => {
      if (node.kind !== 'map') return node;
      return {
        ...node,
        fields: node.fields.map((field) => ({ ...field, from: edits[editKey(documentIndex, node.id, field.to)] ?? field.from })),
      };
    }),
  };
}

/** Questions that must be answered and are not. */
export function unanswered(
  questions: ReadonlyMap<string, WorkflowDocument['config'][string]>,
  config: Readonly<Record<string, JsonValue>>,
): readonly string[] {
  return [...questions].flatMap(([key, entry]) => {
    const value = config[key];
    return entry.required && (value === undefined || value === null || value === '') ? [entry.title] : [];
  });
}
