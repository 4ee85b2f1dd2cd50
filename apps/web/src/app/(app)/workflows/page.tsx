import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { WorkflowsPage } from '../../../features/workflows/workflows-page.tsx';

export const metadata: Metadata = { title: 'Workflows' };

export default function Page(): ReactNode {
  return <WorkflowsPage />;
}
