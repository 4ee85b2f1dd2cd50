import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { RunsPage } from '../../../features/runs/runs-page.tsx';

export const metadata: Metadata = { title: 'Runs' };

export default function Page(): ReactNode {
  return <RunsPage />;
}
