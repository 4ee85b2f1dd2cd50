import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { InstallPage } from '../../../../../features/templates/install/install-page.tsx';

export const metadata: Metadata = { title: 'Install a template' };

export default async function Page({ params }: { params: Promise<{ id: string }> }): Promise<ReactNode> {
  return <InstallPage templateId={(await params).id} />;
}
