import type { ReactNode } from 'react';
import { Logo } from '@weft/ui';
import { Weave } from './weave.tsx';

/** The frame of sign-up and sign-in: the form at the left, cloth at the right. */
export function AuthFrame({
  title,
  intro,
  children,
  card,
}: {
  title: string;
  intro: string;
  children: ReactNode;
  card?: ReactNode;
}): ReactNode {
  return (
    <div className="flex min-h-dvh bg-surface">
      <main className="flex w-full flex-col px-12 py-9 lg:w-[40%] lg:min-w-[480px]">
        <p className="flex items-center gap-2.5 text-[16px] font-semibold">
          <Logo />
          Weft
        </p>
        <div className="mx-auto flex w-full max-w-[400px] flex-1 flex-col justify-center py-10">
          <h1 className="text-[26px] font-semibold leading-9 tracking-[-0.022em]">{title}</h1>
          <p className="mb-6 mt-1 text-lead text-text-2">{intro}</p>
          {children}
        </div>
      </main>
      <div className="relative hidden flex-1 items-center justify-center overflow-hidden lg:flex">
        <Weave />
        {card ? <div className="relative w-[420px] rounded-dialog border border-border bg-surface shadow-3">{card}</div> : null}
      </div>
    </div>
  );
}
