import type { ReactNode } from 'react';
import { Input, Select, Textarea } from '@weft/ui';
import type { AuthField } from '@weft/workflow';

/** One field of the form of an account. A secret is never shown; left empty it stays when `keepsSecret`. */
export function AuthInput({
  field,
  value,
  keepsSecret,
  onChange,
}: {
  field: AuthField;
  value: string;
  keepsSecret: boolean;
  onChange: (value: string) => void;
}): ReactNode {
  if (field.kind === 'select')
    return <Select value={value || undefined} onValueChange={onChange} options={field.choices ?? []} data-testid={`auth-${field.name}`} />;
  const placeholder = field.kind === 'secret' && keepsSecret ? 'Unchanged' : (field.placeholder ?? '');
  // A line of text would lose the line ends that a PEM file has.
  if (field.kind === 'secret' && field.placeholder?.startsWith('-----BEGIN')) {
    return (
      <Textarea
        isCode
        rows={4}
        value={value}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
        data-testid={`auth-${field.name}`}
      />
    );
  }
  return (
    <Input
      type={field.kind === 'secret' ? 'password' : 'text'}
      autoComplete={field.kind === 'secret' ? 'new-password' : 'off'}
      spellCheck={false}
      value={value}
      placeholder={placeholder}
      onChange={(event) => onChange(event.target.value)}
      data-testid={`auth-${field.name}`}
    />
  );
}
