import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { RunView } from '../../../../features/builder/run-view.tsx';

export const metadata: Metadata = { title: 'Run' };

export default async function Page({ params }: { params: Promise<{ id: string }> }): Promise<ReactNode> {
  return <RunView runId={(await params).id} />;
}
