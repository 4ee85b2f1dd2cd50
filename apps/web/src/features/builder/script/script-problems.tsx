'use client';
/** What the language service sees, as a list: for those who do not hover. None of it keeps anybody from publishing. */
import { CircleX, TriangleAlert } from 'lucide-react';
import type { ScriptProblem } from './script-model.ts';

const SHOWN = 4;

interface ScriptProblemsProps {
  readonly problems: readonly ScriptProblem[];
  onGoTo(problem: ScriptProblem): void;
}

export function ScriptProblems({ problems, onGoTo }: ScriptProblemsProps) {
  if (problems.length === 0) return null;
  return (
    <ul className="script-problems" aria-label="Hints of the language service" data-testid="script-problems">
      {problems.slice(0, SHOWN).map((problem) => (
        <li key={`${problem.line}:${problem.column}:${problem.message}`}>
          <button type="button" data-level={problem.level} title={problem.message} onClick={() => onGoTo(problem)}>
            {problem.level === 'error' ? <CircleX size={13} aria-label="error" /> : <TriangleAlert size={13} aria-label="hint" />}
            <span className="script-problem-line">Line {problem.line}</span>
            <span className="script-problem-words">{problem.message}</span>
          </button>
        </li>
      ))}
      {problems.length > SHOWN && <li className="field-help">and {problems.length - SHOWN} more</li>}
    </ul>
  );
}
