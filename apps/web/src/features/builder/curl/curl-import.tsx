'use client';
/** Filling in a step of the HTTP connector from a pasted cURL command: paste, see what it gives, apply. */
import { Button, Checkbox, Dialog, ErrorNote, Field, Textarea, toast } from '@weft/ui';
import { findOperation } from '@weft/workflow';
import type { ConnectorManifest, ConnectorNode } from '@weft/workflow';
import { KeyRound, Terminal } from 'lucide-react';
import { useMemo, useState } from 'react';
import { updateNode } from '../../canvas/document/edit-node.ts';
import { initialInput } from '../palette/make-node.ts';
import { ConnectAccount } from '../panel/optional-account-field.tsx';
import { useBuilder } from '../state/builder-context.tsx';
import { useDraftStore } from '../state/use-draft.tsx';
import type { CurlCredential } from './curl-credential.ts';
import { CurlFields, CurlNotes } from './curl-fields.tsx';
import { importCurl } from './curl-input.ts';
import type { CurlImport } from './curl-input.ts';
import { parseCurl } from './parse-curl.ts';

interface CurlImportProps {
  readonly node: ConnectorNode;
  readonly connector: ConnectorManifest;
}

/** The button, the dialog behind it, and the form of a new account for a credential that was found. */
export function CurlImportAction({ node, connector }: CurlImportProps) {
  const [isOpen, setOpen] = useState(false);
  const [credential, setCredential] = useState<CurlCredential>();
  return (
    <div>
      <Button size="small" variant="ghost" icon={<Terminal aria-hidden />} onClick={() => setOpen(true)} data-testid="curl-open">
        Import from cURL
      </Button>
      {isOpen && <CurlDialog node={node} onClose={() => setOpen(false)} onConnect={setCredential} />}
      {credential !== undefined && (
        <ConnectAccount
          node={node}
          connector={connector}
          prefilled={{ ...credential, name: nameOf(credential, connector) }}
          onClose={() => setCredential(undefined)}
        />
      )}
    </div>
  );
}

function nameOf({ values }: CurlCredential, connector: ConnectorManifest): string {
  return URL.parse(values['site'] ?? '')?.host ?? connector.title;
}

interface CurlDialogProps {
  readonly node: ConnectorNode;
  onClose(): void;
  onConnect(credential: CurlCredential): void;
}

function CurlDialog({ node, onClose, onConnect }: CurlDialogProps) {
  const { catalog } = useBuilder();
  const store = useDraftStore();
  const [text, setText] = useState('');
  const [wantsAccount, setWantsAccount] = useState(node.slot === undefined);
  const read = useMemo(() => (text.trim() === '' ? undefined : parseCurl(text)), [text]);
  const made = useMemo(
    () => (read === undefined || 'problem' in read ? undefined : importCurl(read.request, node.operation)),
    [read, node.operation],
  );
  const operation = made === undefined ? undefined : findOperation(catalog, node.connector, made.operation);
  const connects = wantsAccount && made?.credential !== undefined;
  const apply = ({ operation: id, input, credential }: CurlImport) => {
    store.apply({
      name: 'Imported a cURL command',
      change: (current) =>
        updateNode(current, node.id, (one) =>
          one.kind === 'connector' ? { ...one, operation: id, input: { ...initialInput(operation), ...input } } : one,
        ),
    });
    store.seal();
    onClose();
    if (connects && credential !== undefined) onConnect(credential);
    else toast('Filled in from cURL', { action: { label: 'Undo', onClick: () => store.undo() } });
  };
  return (
    <Dialog
      isOpen
      onOpenChange={onClose}
      size="large"
      title="Import from cURL"
      description="Paste a command as a browser copies it, or as an API’s documentation shows it. It replaces the fields of this step; undo brings them back."
      footer={
        <>
          <Button variant="ghost" onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            disabled={made === undefined}
            onClick={() => made !== undefined && apply(made)}
            data-testid="curl-apply"
          >
            {connects ? 'Fill in and connect the account' : 'Fill in this step'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4 pb-1">
        <Field label="cURL command">
          <Textarea
            isCode
            rows={6}
            autoFocus
            value={text}
            spellCheck={false}
            placeholder={"curl 'https://api.example.com/orders' -H 'accept: application/json'"}
            onChange={(event) => setText(event.currentTarget.value)}
            data-testid="curl-text"
          />
        </Field>
        {read !== undefined && 'problem' in read && <ErrorNote message={read.problem} />}
        {made !== undefined && (
          <>
            {made.credential !== undefined && (
              <CredentialCard
                credential={made.credential}
                wantsAccount={wantsAccount}
                hasAccount={node.slot !== undefined}
                onChange={setWantsAccount}
              />
            )}
            <CurlNotes notes={made.notes} />
            <CurlFields made={made} operation={operation} />
          </>
        )}
      </div>
    </Dialog>
  );
}

interface CredentialCardProps {
  readonly credential: CurlCredential;
  readonly wantsAccount: boolean;
  readonly hasAccount: boolean;
  onChange(wantsAccount: boolean): void;
}

function CredentialCard({ credential, wantsAccount, hasAccount, onChange }: CredentialCardProps) {
  const what = credential.what.charAt(0).toUpperCase() + credential.what.slice(1);
  return (
    <section className="flex items-start gap-3 rounded-small border border-border bg-surface-2 px-3 py-2.5" data-testid="curl-credential">
      <KeyRound aria-hidden className="mt-0.5 size-4 shrink-0 text-text-3" strokeWidth={1.65} />
      <div className="flex min-w-0 flex-col gap-1.5">
        <p>
          <span className="font-medium">{what}</span> is in this command. It does not go into the workflow; an account keeps it sealed.
        </p>
        <label className="flex items-center gap-2 text-text-2">
          <Checkbox isChecked={wantsAccount} label="Connect it as an account" onCheckedChange={onChange} />
          {hasAccount ? 'Connect it as another account for this step' : 'Connect it as an account for this step'}
        </label>
        {!wantsAccount && (
          <p className="text-help text-text-3">
            {hasAccount ? 'The account this step has stays.' : 'Without it, choose an account for this step afterwards.'}
          </p>
        )}
      </div>
    </section>
  );
}
