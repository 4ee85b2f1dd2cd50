import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { AuthFrame } from '../../../features/auth/auth-frame.tsx';
import { DemoCard } from '../../../features/auth/demo-card.tsx';
import { SignUpForm } from '../../../features/auth/sign-up-form.tsx';
import { MIN_PASSWORD_LENGTH } from '../../../server/auth/create-auth.ts';
import { hasUsers } from '../../../server/auth/session.ts';

export const metadata: Metadata = { title: 'Set up' };
export const dynamic = 'force-dynamic';

export default async function SignUpPage(): Promise<ReactNode> {
  if (await hasUsers()) redirect('/sign-in');
  return (
    <AuthFrame
      title="Set up Weft"
      intro="This account becomes the first administrator."
      card={process.env['WEFT_DEMO'] === '1' ? <DemoCard /> : undefined}
    >
      <SignUpForm needsCode={Boolean(process.env['WEFT_SETUP_CODE'])} minPasswordLength={MIN_PASSWORD_LENGTH} />
    </AuthFrame>
  );
}
