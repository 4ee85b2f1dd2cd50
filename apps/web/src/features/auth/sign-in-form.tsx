'use client';

import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { Button, ErrorNote, Field, Input } from '@weft/ui';
import { signIn } from './auth-requests.ts';
import type { Refusal } from './auth-requests.ts';
import { PasswordInput } from './password-input.tsx';

/** E-mail and password; goes on to `next`, a path of this instance. */
export function SignInForm({ next }: { next: string }): ReactNode {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [refusal, setRefusal] = useState<Refusal | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const refused = await signIn({ email: email.trim(), password });
    if (!refused) return window.location.assign(next);
    setRefusal(refused);
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
      <Field label="E-mail">
        <Input
          size="large"
          name="email"
          type="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          data-testid="sign-in-email"
        />
      </Field>
      <Field label="Password">
        <PasswordInput
          size="large"
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          data-testid="sign-in-password"
        />
      </Field>
      {refusal ? <ErrorNote message={refusal.message} /> : null}
      <Button variant="primary" size="large" type="submit" isBusy={isBusy} className="mt-2" data-testid="sign-in-submit">
        Sign in
      </Button>
    </form>
  );
}
