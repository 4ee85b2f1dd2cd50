import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { ConnectionsPage } from '../../../features/connections/connections-page.tsx';
import { SIGN_IN_TROUBLE } from '../../../server/sign-in/sign-in-trouble.ts';

export const metadata: Metadata = { title: 'Connections' };

export default async function Page({ searchParams }: { searchParams: Promise<{ signIn?: string }> }): Promise<ReactNode> {
  const hasFailed = (await searchParams).signIn === 'failed';
  const trouble = hasFailed ? (await cookies()).get(SIGN_IN_TROUBLE)?.value : undefined;
  return <ConnectionsPage signInTrouble={trouble} />;
}
