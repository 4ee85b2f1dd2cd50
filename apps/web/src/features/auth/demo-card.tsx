import { CircleDot } from 'lucide-react';
import type { ReactNode } from 'react';

const STEPS = [
  { title: 'Mark a deal won', line: 'in the demo CRM, as a salesperson would' },
  { title: 'Weft looks for the company', line: 'by the links it keeps, then by name' },
  { title: 'It creates company and contact', line: 'with the fields that you mapped' },
  { title: 'And a ticket', line: 'on the board that you chose, in the demo PSA' },
];

/** What the first five minutes hold. */
export function DemoCard(): ReactNode {
  return (
    <>
      <p className="border-b border-border px-4 py-3 text-section">Ready to try: demo CRM and PSA</p>
      <ol className="flex flex-col gap-3.5 px-4 py-4">
        {STEPS.map((step) => (
          <li key={step.title} className="flex items-start gap-3">
            <CircleDot aria-hidden className="mt-0.5 size-4 shrink-0 text-accent-text" strokeWidth={1.8} />
            <span>
              <span className="block text-node">{step.title}</span>
              <span className="block text-help text-text-2">{step.line}</span>
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
