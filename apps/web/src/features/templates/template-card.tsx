'use client';

import Link from 'next/link';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button } from '@weft/ui';
import type { RouterOutputs } from '../../trpc/client.tsx';
import { loadAnswers } from './install/answers.ts';
import { isBothWays } from './template-facts.ts';
import { Way } from './way.tsx';
import { WorkflowPicture } from './workflow-picture.tsx';

type TemplateData = RouterOutputs['templates']['list'][number];

/** One template: its graph, what it does, what it writes, and the way to install it. */
export function TemplateCard({ template }: { template: TemplateData }): ReactNode {
  const missing = template.missingConnectors;
  const hasBegun = useHasBegun(template.id);
  return (
    <li
      data-testid="template-card"
      data-template={template.id}
      className="group relative flex flex-col overflow-hidden rounded-card border border-border bg-surface transition-colors duration-[80ms] focus-within:border-border-strong hover:border-border-strong hover:shadow-2"
    >
      <WorkflowPicture documents={template.documents} className="border-b border-border" />
      <div className="flex flex-1 flex-col p-4">
        <div className="flex items-center justify-between">
          <Way systems={template.systems} isBothWays={isBothWays(template)} />
          {missing.length > 0 ? (
            <span className="text-help text-warn">needs the connector {missing.join(', ')}</span>
          ) : (
            <Button size="small" variant="primary" asChild>
              <Link href={`/templates/${template.id}/install`} data-testid="install-template">
                {hasBegun ? 'Continue' : 'Install'}
                <span className="sr-only"> {hasBegun ? `installing ${template.name}` : template.name}</span>
              </Link>
            </Button>
          )}
        </div>
        <h2 className="mt-3 text-section">{template.name}</h2>
        <p className="mt-1 text-text-2">{template.summary}</p>
        {template.writes.length > 0 ? (
          <p className="mt-auto pt-3 text-help text-text-3">
            Writes <span className="text-text-2">{template.writes.join('; ')}</span>
          </p>
        ) : null}
      </div>
    </li>
  );
}

/** Whether somebody has begun to install it in this tab. Known in the browser only, so not in the first picture of the page. */
function useHasBegun(templateId: string): boolean {
  const [hasBegun, setHasBegun] = useState(false);
  useEffect(() => setHasBegun(loadAnswers(templateId) !== undefined), [templateId]);
  return hasBegun;
}
