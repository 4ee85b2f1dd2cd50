'use client';
/** The trial of a script: with which sample, what came of it, what it wrote to its console. */
import { Button, Kbd, Select, Spinner, duration } from '@weft/ui';
import { CircleCheck, CircleX, FlaskConical } from 'lucide-react';
import { ConsoleLines } from '../runs/console-lines.tsx';
import { DataView } from '../runs/json-tree.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import type { Trial } from './use-trial.ts';

export function TrialPart({ trial, onGoTo }: { readonly trial: Trial; onGoTo(line: number): void }) {
  const { samples } = useBuilder();
  return (
    <section className="trial" aria-label="Test of the script">
      <div className="trial-head">
        <span className="trial-sample">
          <span>With</span>
          <Select
            size="dense"
            aria-label="Sample for the test"
            value={samples.chosen}
            options={samples.choices.map((choice) => ({ value: choice.id, label: choice.label }))}
            onValueChange={samples.choose}
          />
        </span>
        <Button icon={<FlaskConical aria-hidden />} isBusy={trial.isRunning} onClick={trial.run} data-testid="try-script">
          Test <Kbd>Ctrl ↵</Kbd>
        </Button>
      </div>
      <div role="status" className="trial-result">
        {trial.isRunning ? (
          <p className="field-help trial-busy">
            <Spinner /> The script runs …
          </p>
        ) : (
          <Outcome trial={trial} onGoTo={onGoTo} />
        )}
      </div>
    </section>
  );
}

function Outcome({ trial, onGoTo }: { readonly trial: Trial; onGoTo(line: number): void }) {
  const { result, error, isStale } = trial;
  if (error !== undefined) return <Failure message={error} />;
  if (result === undefined) return <p className="field-help">Runs it at once, without a run: nothing is written anywhere.</p>;
  return (
    <>
      {isStale && <p className="field-help">The script or its sample has changed since.</p>}
      {result.ok ? (
        <>
          <p className="trial-line" data-tone="ok" data-testid="trial-ok">
            <CircleCheck size={14} aria-hidden />
            Done in {duration(result.durationMs)}
          </p>
          <div className="part">
            <h3>Output</h3>
            <DataView value={result.output} label="Output" />
          </div>
        </>
      ) : (
        <Failure message={result.message} line={result.line} onGoTo={onGoTo} />
      )}
      {result.console.length > 0 && (
        <div className="part">
          <h3>Console</h3>
          <ConsoleLines lines={result.console} />
        </div>
      )}
    </>
  );
}

interface FailureProps {
  readonly message: string;
  readonly line?: number | undefined;
  onGoTo?(line: number): void;
}

function Failure({ message, line, onGoTo }: FailureProps) {
  return (
    <div className="step-error trial-failure" data-testid="trial-failed">
      <CircleX size={14} aria-hidden />
      <p>{message}</p>
      {line !== undefined && (
        <Button size="small" variant="ghost" onClick={() => onGoTo?.(line)}>
          Go to line {line}
        </Button>
      )}
    </div>
  );
}
