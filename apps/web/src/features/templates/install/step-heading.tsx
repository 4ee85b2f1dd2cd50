import type { ReactNode } from 'react';

/** The heading of one page of the wizard. */
export function StepHeading({ title, children }: { title: string; children?: ReactNode }): ReactNode {
  return (
    <div className="mb-5">
      <h2 className="text-title">{title}</h2>
      {children ? <p className="mt-0.5 max-w-[760px] text-text-2">{children}</p> : null}
    </div>
  );
}
