import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { AuthFrame } from '../../../features/auth/auth-frame.tsx';
import { safeNext } from '../../../features/auth/safe-next.ts';
import { SignInForm } from '../../../features/auth/sign-in-form.tsx';
import { hasUsers, signedIn } from '../../../server/auth/session.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: { searchParams: Promise<{ next?: string }> }): Promise<ReactNode> {
  const next = safeNext((await searchParams).next);
  if (await signedIn(await headers())) redirect(next);
  if (!(await hasUsers())) redirect('/sign-up');
  return (
    <AuthFrame title="Sign in" intro={next === '/' ? 'Go on where you left off.' : 'Sign in to go on to the page you asked for.'}>
      <SignInForm next={next} />
    </AuthFrame>
  );
}
