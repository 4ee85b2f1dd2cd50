import type { AuthDefinition, AuthFieldInfo } from '@weft/connector-kit';

const OWN = 'For “HMAC of the body” only.';

const fields: readonly AuthFieldInfo[] = [
  {
    name: 'scheme',
    label: 'Signed as',
    kind: 'select',
    required: true,
    initial: 'standard',
    choices: [
      { value: 'standard', label: 'Standard Webhooks' },
      { value: 'github', label: 'GitHub' },
      { value: 'stripe', label: 'Stripe' },
      { value: 'slack', label: 'Slack' },
      { value: 'shopify', label: 'Shopify' },
      { value: 'hmac', label: 'HMAC of the body' },
    ],
  },
  { name: 'secret', label: 'Secret', kind: 'secret', required: true, help: 'The one that the sender signs with.' },
  {
    name: 'secondSecret',
    label: 'Second secret',
    kind: 'secret',
    required: false,
    help: 'While the secret is being changed: either of the two is taken.',
  },
  { name: 'header', label: 'Header', kind: 'text', required: false, placeholder: 'x-signature', help: OWN },
  {
    name: 'algorithm',
    label: 'Algorithm',
    kind: 'select',
    required: false,
    help: OWN,
    choices: [
      { value: 'sha256', label: 'SHA-256' },
      { value: 'sha512', label: 'SHA-512' },
      { value: 'sha1', label: 'SHA-1' },
    ],
  },
  {
    name: 'encoding',
    label: 'Written as',
    kind: 'select',
    required: false,
    help: OWN,
    choices: [
      { value: 'hex', label: 'Hex digits' },
      { value: 'base64', label: 'Base64' },
    ],
  },
  { name: 'prefix', label: 'Begins with', kind: 'text', required: false, placeholder: 'sha256=', help: OWN },
];

/** How senders prove who they are. */
export const webhookAuth: readonly AuthDefinition[] = [{ id: 'signature', title: 'Signature', fields }];
