'use client';

import { HardDrive } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { Button, classNames, ErrorNote, Field, Input } from '@weft/ui';
import { signUpFirstAdmin } from './auth-requests.ts';
import type { Refusal } from './auth-requests.ts';
import { PasswordInput } from './password-input.tsx';
import { passwordStrength } from './password-strength.ts';

/** The one form of the first minute. `needsCode`: this Weft can be reached by others, so the console's code is asked. */
export function SignUpForm({ needsCode, minPasswordLength }: { needsCode: boolean; minPasswordLength: number }): ReactNode {
  const [form, setForm] = useState({ name: '', email: '', password: '', code: '' });
  const [refusal, setRefusal] = useState<Refusal | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const set = (field: keyof typeof form) => (event: { target: { value: string } }) => setForm({ ...form, [field]: event.target.value });
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const { code, ...person } = form;
    const refused = await signUpFirstAdmin(needsCode ? { ...person, code } : person);
    if (!refused) return window.location.assign('/');
    setRefusal(refused);
    setBusy(false);
  };
  const strength = passwordStrength(form.password, minPasswordLength);
  const hasFields = refusal !== undefined && Object.keys(refusal.fields).length > 0;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
      <Field label="Your name" error={refusal?.fields['name']}>
        <Input size="large" name="name" autoComplete="name" autoFocus value={form.name} onChange={set('name')} data-testid="sign-up-name" />
      </Field>
      <Field label="Work e-mail" error={refusal?.fields['email']}>
        <Input
          size="large"
          name="email"
          type="email"
          autoComplete="email"
          value={form.email}
          onChange={set('email')}
          data-testid="sign-up-email"
        />
      </Field>
      <div>
        <Field label="Password" error={refusal?.fields['password']}>
          <PasswordInput
            size="large"
            name="password"
            autoComplete="new-password"
            value={form.password}
            onChange={set('password')}
            data-testid="sign-up-password"
          />
        </Field>
        <p className="mt-2 flex items-center gap-2 text-help text-text-2" aria-live="polite">
          <span aria-hidden className="flex gap-1">
            {[1, 2, 3, 4].map((step) => (
              <span
                key={step}
                className={classNames(
                  'h-1 w-6 rounded-full',
                  step > strength.steps ? 'bg-border-strong' : strength.steps > 1 ? 'bg-ok-solid' : 'bg-warn-solid',
                )}
              />
            ))}
          </span>
          {strength.words}
        </p>
      </div>
      {needsCode ? (
        <Field label="Set-up code" hint="It stands in the console where Weft was started." error={refusal?.fields['code']}>
          <Input size="large" name="code" isCode value={form.code} onChange={set('code')} data-testid="sign-up-code" />
        </Field>
      ) : null}
      {refusal && !hasFields ? <ErrorNote message={refusal.message} /> : null}
      <Button variant="primary" size="large" type="submit" isBusy={isBusy} className="mt-2" data-testid="sign-up-submit">
        Create account and open Weft
      </Button>
      <p className="flex items-start gap-2 text-help text-text-2">
        <HardDrive aria-hidden className="mt-0.5 size-3.5 shrink-0 text-ok" />
        Your account and data stay on this server. Weft makes no calls of its own to anyone.
      </p>
    </form>
  );
}
