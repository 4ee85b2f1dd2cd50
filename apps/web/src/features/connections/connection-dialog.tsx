'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, CircleCheck } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Button, ConnectorTile, Dialog, ErrorNote, Field, Input, Select, toast } from '@weft/ui';
import type { ConnectorManifest } from '@weft/workflow';
import type { RouterOutputs } from '../../trpc/client.tsx';
import { useTRPC } from '../../trpc/client.tsx';
import { errorMessage } from '../../trpc/errors.ts';
import { useConnectors } from '../templates/use-connectors.ts';
import { AuthInput } from './auth-input.tsx';
import { dateOf, endOfDate } from './account-end.ts';
import { CallbackAddress } from './callback-address.tsx';
import { initialValues, missingFields, submittedValues } from './connection-form.ts';
import { useSignIn } from './use-sign-in.ts';

type Existing = RouterOutputs['connections']['list'][number];

/** Values for the form of a new account, by field of the way to sign in. They stay in the form until it is sent. */
export interface PrefilledConnection {
  readonly authScheme: string;
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

interface ConnectionDialogProps {
  /** Given: this account is changed; secrets left empty stay as they are. */
  existing?: Existing;
  initialConnector?: string | undefined;
  /** What the form begins with, such as a key that was found in a pasted command. */
  prefilled?: PrefilledConnection | undefined;
  onClose: () => void;
  /** Told the id of a new connection. */
  onCreated?: (id: string) => void;
}

/** Connects an account, or renames one and changes its keys. The form is made from the connector's manifest. */
export function ConnectionDialog({ existing, initialConnector, prefilled, onClose, onCreated }: ConnectionDialogProps): ReactNode {
  const connectors = useConnectors();
  const [chosen, setChosen] = useState(existing?.connector ?? initialConnector);
  const connector = chosen === undefined ? undefined : connectors.get(chosen);
  if (!connector)
    return (
      <ConnectorChoice
        connectors={[...connectors.values()].filter((candidate) => candidate.auth.length > 0)}
        onChoose={setChosen}
        onClose={onClose}
      />
    );
  const canGoBack = !existing && initialConnector === undefined;
  return (
    <ConnectionForm
      key={connector.id}
      connector={connector}
      onClose={onClose}
      {...(existing ? { existing } : {})}
      prefilled={prefilled}
      {...(canGoBack ? { onBack: () => setChosen(undefined) } : {})}
      {...(onCreated ? { onCreated } : {})}
    />
  );
}

function ConnectorChoice({
  connectors,
  onChoose,
  onClose,
}: {
  connectors: readonly ConnectorManifest[];
  onChoose: (id: string) => void;
  onClose: () => void;
}): ReactNode {
  return (
    <Dialog isOpen onOpenChange={onClose} title="Add a connection" description="Which system is the account in?">
      <ul className="grid grid-cols-2 gap-2 pb-4 pt-1">
        {connectors.map((connector) => (
          <li key={connector.id}>
            <button
              type="button"
              data-testid={`connector-${connector.id}`}
              onClick={() => onChoose(connector.id)}
              className="flex h-full w-full items-start gap-3 rounded-card border border-border p-3 text-left hover:bg-hover"
            >
              <ConnectorTile icon={connector.icon} size="large" />
              <span className="min-w-0">
                <span className="block text-node">{connector.title}</span>
                <span className="line-clamp-2 text-help text-text-2">{connector.summary}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function ConnectionForm({
  connector,
  existing,
  prefilled,
  onBack,
  onClose,
  onCreated,
}: ConnectionDialogProps & { connector: ConnectorManifest; onBack?: () => void }): ReactNode {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [schemeId, setSchemeId] = useState(existing?.authScheme ?? prefilled?.authScheme ?? connector.auth[0]?.id);
  const scheme = connector.auth.find((candidate) => candidate.id === schemeId) ?? connector.auth[0];
  const [name, setName] = useState(existing?.name ?? prefilled?.name ?? connector.title);
  const [values, setValues] = useState(() => ({
    ...initialValues(scheme, existing?.publicValues as Record<string, unknown> | undefined),
    ...(scheme?.id === prefilled?.authScheme ? prefilled?.values : {}),
  }));
  const [ends, setEnds] = useState(dateOf(existing?.expiresAt));
  const [hasTried, setTried] = useState(false);
  const test = useMutation(trpc.connections.test.mutationOptions());
  const create = useMutation(trpc.connections.create.mutationOptions());
  const update = useMutation(trpc.connections.update.mutationOptions());
  const signIn = useSignIn();
  const isSignIn = scheme?.signIn === 'browser';
  const fields = scheme?.fields ?? [];
  const missing = missingFields(fields, values, existing !== undefined);
  const isBusy = test.isPending || create.isPending || update.isPending || signIn.isPending;
  // A changed account that does not work is not saved, unless somebody insists.
  const check = update.data?.saved === false ? update.data.check : test.data;
  const failure = create.error ?? update.error ?? test.error ?? signIn.error;

  const change = (field: string, value: string): void => {
    setValues({ ...values, [field]: value });
    test.reset();
    update.reset();
    signIn.reset();
  };
  const finish = async (id: string, words: string, trouble?: string): Promise<void> => {
    await queryClient.invalidateQueries({ queryKey: trpc.connections.list.queryKey() });
    if (trouble === undefined) toast.success(words);
    else toast.error(`${words}, but it does not work: ${trouble}`);
    onCreated?.(id);
    onClose();
  };
  // What a certificate told with its time of day stays as it was told.
  const changedEnd = ends === dateOf(existing?.expiresAt) ? {} : { expiresAt: endOfDate(ends) };
  const save = async (onlyIfItWorks: boolean): Promise<void> => {
    const submitted = submittedValues(fields, values);
    if (existing) {
      const saved = await update.mutateAsync({
        id: existing.id,
        name: name.trim(),
        values: submitted,
        ...changedEnd,
        onlyIfItWorks,
      });
      if (!saved.saved) return;
      return finish(existing.id, `Saved ${name.trim()}`, saved.check.ok ? undefined : saved.check.message);
    }
    const saved = await create.mutateAsync({
      connector: connector.id,
      authScheme: scheme?.id ?? '',
      name: name.trim(),
      values: submitted,
      ...changedEnd,
    });
    return finish(saved.id, `${saved.check.ok ? 'Connected' : 'Saved'} ${name.trim()}`, saved.check.ok ? undefined : saved.check.message);
  };
  const leave = async (): Promise<void> => {
    const form = { name: name.trim(), values: submittedValues(fields, values), ...changedEnd };
    if (existing) await signIn.mutateAsync({ id: existing.id, ...form });
    else await signIn.mutateAsync({ connector: connector.id, authScheme: scheme?.id ?? '', ...form });
  };
  const testAndSave = async (): Promise<void> => {
    if (!existing) {
      const found = await test.mutateAsync({
        connector: connector.id,
        authScheme: scheme?.id ?? '',
        values: submittedValues(fields, values),
      });
      if (!found.ok) return;
    }
    await save(true);
  };
  const run = (work: () => Promise<void>) => () => void work().catch(() => undefined); // shown from the mutation's error
  const complete = (work: () => Promise<void>) =>
    run(async () => {
      setTried(true);
      if (missing.length === 0 && name.trim() !== '') await work();
    });
  const goOn = complete(isSignIn && !existing ? leave : testAndSave);

  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      title={existing ? `Change “${existing.name}”` : `Connect ${connector.title}`}
      footer={
        <>
          {onBack ? (
            <Button variant="ghost" icon={<ArrowLeft aria-hidden />} className="mr-auto" onClick={onBack}>
              Other system
            </Button>
          ) : null}
          {check && !check.ok ? (
            <Button variant="ghost" disabled={isBusy} onClick={run(() => save(false))} data-testid="save-anyway">
              Save it anyway
            </Button>
          ) : null}
          {isSignIn && existing ? (
            <Button disabled={isBusy} onClick={complete(leave)} data-testid="sign-in-again">
              Sign in again
            </Button>
          ) : null}
          <Button variant="primary" isBusy={isBusy} onClick={goOn} data-testid="save-connection">
            {existing ? 'Save changes' : isSignIn ? `Sign in with ${connector.title}` : 'Test and connect'}
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-4 pb-1"
        onSubmit={(event) => {
          event.preventDefault();
          goOn();
        }}
      >
        {connector.auth.length > 1 && !existing ? (
          <Field label="Way to sign in">
            <Select
              value={scheme?.id}
              onValueChange={(id) => {
                setSchemeId(id);
                setValues(initialValues(connector.auth.find((candidate) => candidate.id === id)));
                test.reset();
                signIn.reset();
              }}
              options={connector.auth.map((candidate) => ({ value: candidate.id, label: candidate.title }))}
            />
          </Field>
        ) : null}
        <Field
          label="Name"
          isRequired
          hint="How workflows call this account"
          error={hasTried && name.trim() === '' ? 'A name is needed' : undefined}
        >
          <Input value={name} maxLength={100} onChange={(event) => setName(event.target.value)} data-testid="connection-name" />
        </Field>
        {isSignIn ? <CallbackAddress vendor={connector.title} /> : null}
        {fields.map((field) => {
          const isWrong = check && !check.ok && check.field === field.name;
          const error = isWrong ? check.message : hasTried && missing.includes(field.label) ? `${field.label} is needed` : undefined;
          return (
            <Field
              key={field.name}
              label={field.label}
              isRequired={field.required}
              {...(field.help ? { hint: field.help } : {})}
              error={error}
            >
              <AuthInput
                field={field}
                value={values[field.name] ?? ''}
                keepsSecret={existing !== undefined}
                onChange={(value) => change(field.name, value)}
              />
            </Field>
          );
        })}
        <Field
          label="Ends on"
          hint="If the secret or certificate has an end: a month before, Weft reminds you. Left empty, it tells nothing."
        >
          <Input
            type="date"
            value={ends}
            onChange={(event) => setEnds(event.target.value)}
            data-testid="connection-ends"
            className="max-w-44"
          />
        </Field>
        {check && !check.ok && existing ? (
          <p className="text-help text-text-2" role="status">
            Nothing was changed: the account keeps its old keys.
          </p>
        ) : null}
        {check && !check.ok && !fields.some(({ name: known }) => known === check.field) ? <ErrorNote message={check.message} /> : null}
        {check?.ok ? (
          <p className="flex items-center gap-2 text-ok">
            <CircleCheck aria-hidden className="size-4" />
            {check.account}
          </p>
        ) : null}
        {failure ? <ErrorNote message={errorMessage(failure)} /> : null}
        <button type="submit" className="hidden" aria-hidden tabIndex={-1} />
      </form>
    </Dialog>
  );
}
