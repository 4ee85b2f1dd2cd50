'use client';
/** How many findings the draft has, and the list of them to jump from. */
import { Popover } from '@weft/ui';
import { titleOf } from '@weft/workflow';
import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { find } from '../../canvas/document/wiring.ts';
import { useBuilder } from '../state/builder-context.tsx';
import { isAboutSettings } from '../state/findings.ts';
import { useDocument } from '../state/use-draft.tsx';
import { useUrlState } from '../state/url-state.ts';

export function ProblemsMenu({ onJump }: { onJump(nodeId: string): void }) {
  const { findings, catalog } = useBuilder();
  const document = useDocument();
  const url = useUrlState();
  const [isOpen, setOpen] = useState(false);
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.length - errors;
  if (findings.length === 0) {
    return (
      <span className="problems-none" title="Nothing stands against publishing">
        <CircleCheck size={14} aria-hidden />
        No problems
      </span>
    );
  }
  return (
    <Popover
      label="Problems"
      align="end"
      isOpen={isOpen}
      onOpenChange={setOpen}
      className="problems"
      trigger={
        <button type="button" className="problems-button" data-tone={errors > 0 ? 'fail' : 'warn'} data-testid="problems">
          {errors > 0 ? <CircleAlert size={14} aria-hidden /> : <TriangleAlert size={14} aria-hidden />}
          {[
            errors === 0 ? undefined : errors === 1 ? '1 problem' : `${errors} problems`,
            warnings === 0 ? undefined : warnings === 1 ? '1 warning' : `${warnings} warnings`,
          ]
            .filter((part) => part !== undefined)
            .join(', ')}
        </button>
      }
    >
      <ul className="problems-list">
        {[...findings]
          .sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'))
          .map((finding) => {
            const node = finding.nodeId === undefined ? undefined : find(document, finding.nodeId);
            return (
              <li key={`${finding.path}:${finding.message}`}>
                <button
                  type="button"
                  disabled={node === undefined && !isAboutSettings(finding)}
                  onClick={() => {
                    setOpen(false);
                    if (node !== undefined) onJump(node.id);
                    else url.set({ view: 'settings' });
                  }}
                >
                  {finding.severity === 'error' ? (
                    <CircleAlert size={14} aria-label="error" className="tone-fail" />
                  ) : (
                    <TriangleAlert size={14} aria-label="warning" className="tone-warn" />
                  )}
                  <span>
                    <strong>
                      {node !== undefined ? titleOf(node, catalog) : isAboutSettings(finding) ? 'Settings' : finding.path || 'Workflow'}
                    </strong>
                    {finding.message}
                  </span>
                </button>
              </li>
            );
          })}
      </ul>
    </Popover>
  );
}
