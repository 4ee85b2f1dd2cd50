import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { TemplatesPage } from '../../../features/templates/templates-page.tsx';

export const metadata: Metadata = { title: 'Templates' };

export default function Page(): ReactNode {
  return <TemplatesPage />;
}
