import type { ReactNode } from 'react';
import { AppShell } from '../../features/shell/app-shell.tsx';
import { requireSignedIn } from '../../server/auth/session.ts';

export default async function AppLayout({ children }: { children: ReactNode }): Promise<ReactNode> {
  const who = await requireSignedIn();
  return (
    <AppShell user={who.user} workspace={who.workspace} role={who.actor.role}>
      {children}
    </AppShell>
  );
}
