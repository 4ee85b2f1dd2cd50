import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Builder } from '../../../../features/builder/builder.tsx';

export const metadata: Metadata = { title: 'Workflow' };

export default async function Page({ params }: { params: Promise<{ id: string }> }): Promise<ReactNode> {
  return <Builder workflowId={(await params).id} />;
}
