import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { ReviewPage } from '../../../features/review/review-page.tsx';

export const metadata: Metadata = { title: 'Review' };

export default function Page(): ReactNode {
  return <ReviewPage />;
}
