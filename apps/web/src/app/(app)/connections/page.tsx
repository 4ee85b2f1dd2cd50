import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { ConnectionsPage } from '../../../features/connections/connections-page.tsx';

export const metadata: Metadata = { title: 'Connections' };

export default function Page(): ReactNode {
  return <ConnectionsPage />;
}
