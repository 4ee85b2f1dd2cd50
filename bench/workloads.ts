/** The workloads: each as a document of ours, and as the plainest code that does the same. */
import type { JsonValue } from '@weft/workflow';
import type { FloorStep } from './floor/steps.ts';
import { callStep, chooseStep, eachStep, mapStep } from './floor/steps.ts';

/** One workload. */
export interface Workload {
  readonly id: string;
  readonly title: string;
  /** Whether the answer to the request is the result of the run. */
  readonly isAnswered: boolean;
  /** Steps of one run, the trigger's included. */
  readonly steps: number;
  readonly body: (index: number) => string;
  /** Our workflow. `vendorUrl`: a service that answers after 20 ms. */
  readonly document: (vendorUrl: string) => { readonly [key: string]: JsonValue };
  /** The same as code. The last step's output is the result. */
  readonly floor: (vendorUrl: string) => readonly FloorStep[];
  /** What the closed loop sends: at most so many requests, for so long. */
  readonly closed: { readonly connections: number; readonly requests: number };
}

/** Callers show it: authentication is on. */
export const HOOK_TOKEN = 'bench-token-0123456789';
/** How long the vendor takes to answer. */
export const VENDOR_MS = 20;

const LIGHT_NODES = 40;
const ITEMS = 1000;

function order(index: number): Record<string, JsonValue> {
  return {
    ref: `order-${index}`,
    total: 20 + (index % 200),
    currency: 'EUR',
    placedAt: '2026-11-22T09:30:00Z',
    customer: { id: 4000 + (index % 500), name: 'Kepler Instruments GmbH', email: 'orders@kepler.example', tier: 'gold' },
    shipping: { street: 'Rotebühlplatz 4', city: 'Stuttgart', zip: '70173', country: 'DE' },
    lines: [
      { sku: 'KI-2000-A', title: 'Pressure sensor 0–16 bar', quantity: 2, price: 79.5 },
      { sku: 'KI-2100-B', title: 'Mounting set', quantity: 1, price: 12.9 },
    ],
    notes: 'Deliver to the goods entrance, please ring twice.',
  };
}

const orderBody = (index: number): string => JSON.stringify(order(index));

const ITEM_LIST = Array.from({ length: ITEMS }, (_, id) => ({ id, first: `Given${id}`, last: 'Family', amount: (id * 37) % 997 }));
const ITEMS_REST = `,"items":${JSON.stringify(ITEM_LIST)}}`;
const itemsBody = (index: number): string => `{"ref":"batch-${index}"${ITEMS_REST}`;

type Node = { readonly [key: string]: JsonValue };

function hook(respond: string): Node {
  return { id: 'start', kind: 'trigger', connector: 'webhook', operation: 'received', input: { token: HOOK_TOKEN, respond } };
}

function map(id: string, fields: Readonly<Record<string, string>>, more: Node = {}): Node {
  return { id, kind: 'map', fields: Object.entries(fields).map(([to, path]) => ({ to, from: `{{ ${path} }}` })), ...more };
}

function document(name: string, nodes: readonly Node[], edges: readonly Node[]): { readonly [key: string]: JsonValue } {
  return { format: 'weft/workflow@1', name, nodes: [...nodes], edges: [...edges] };
}

function chain(name: string, nodes: readonly Node[]): { readonly [key: string]: JsonValue } {
  const edges = nodes.slice(1).map((node, index) => ({ from: nodes[index]?.['id'] ?? '', to: node['id'] ?? '' }));
  return document(name, nodes, edges);
}

const FIVE = {
  reference: 'trigger.body.ref',
  customer: 'trigger.body.customer.name',
  email: 'trigger.body.customer.email',
  city: 'trigger.body.shipping.city',
  first: 'trigger.body.lines[0].title',
};

const chainFields = (index: number): Record<string, string> =>
  index === 0
    ? { value: 'trigger.body.ref', city: 'trigger.body.shipping.city' }
    : { value: `steps.m${index - 1}.value`, city: `steps.m${index - 1}.city` };

export const WORKLOADS: readonly Workload[] = [
  {
    id: 'W1',
    title: 'webhook accepted at once, 1 map',
    isAnswered: false,
    steps: 2,
    body: orderBody,
    document: () => chain('W1', [hook('immediately'), map('shape', FIVE)]),
    floor: () => [mapStep('shape', FIVE)],
    closed: { connections: 32, requests: 6000 },
  },
  {
    id: 'W2',
    title: 'webhook, 5-field map, branch, answer with the result',
    isAnswered: true,
    steps: 4,
    body: orderBody,
    document: () =>
      document(
        'W2',
        [
          hook('custom'),
          map('shape', FIVE),
          { id: 'large', kind: 'branch', cases: [{ port: 'yes', label: 'Large', when: 'trigger.body.total > 100' }] },
          { id: 'answer', kind: 'respond', status: 200, body: '{{ steps.shape }}' },
          { id: 'answerSmall', kind: 'respond', status: 200, body: '{{ steps.shape }}' },
        ],
        [
          { from: 'start', to: 'shape' },
          { from: 'shape', to: 'large' },
          { from: 'large', fromPort: 'yes', to: 'answer' },
          { from: 'large', fromPort: 'otherwise', to: 'answerSmall' },
        ],
      ),
    floor: () => [
      mapStep('shape', FIVE),
      chooseStep('large', 'trigger.body.total', (total) => (Number(total) > 100 ? 'yes' : 'otherwise')),
      mapStep('answer', { result: 'steps.shape' }),
    ],
    closed: { connections: 32, requests: 6000 },
  },
  {
    id: 'W3',
    title: `webhook, ${LIGHT_NODES} light nodes`,
    isAnswered: false,
    steps: LIGHT_NODES + 1,
    body: orderBody,
    document: () =>
      chain('W3', [hook('immediately'), ...Array.from({ length: LIGHT_NODES }, (_, index) => map(`m${index}`, chainFields(index)))]),
    floor: () => Array.from({ length: LIGHT_NODES }, (_, index) => mapStep(`m${index}`, chainFields(index))),
    closed: { connections: 32, requests: 5000 },
  },
  {
    id: 'W4',
    title: `webhook with ${ITEMS.toLocaleString('en')} items, a map for each`,
    isAnswered: false,
    steps: ITEMS + 2,
    body: itemsBody,
    document: () =>
      document(
        'W4',
        [
          hook('immediately'),
          { id: 'rows', kind: 'loop', items: '{{ trigger.body.items }}' },
          map('row', { key: 'item.id', name: 'item.first', total: 'item.amount' }, { parent: 'rows' }),
        ],
        [{ from: 'start', to: 'rows' }],
      ),
    floor: () => [eachStep('rows', 'trigger.body.items', mapStep('row', { key: 'item.id', name: 'item.first', total: 'item.amount' }))],
    closed: { connections: 8, requests: 400 },
  },
  {
    id: 'W5',
    title: `webhook, a vendor that answers after ${VENDOR_MS} ms, answer with its result`,
    isAnswered: true,
    steps: 3,
    body: orderBody,
    document: (vendorUrl) =>
      chain('W5', [
        hook('custom'),
        { id: 'ask', kind: 'connector', connector: 'http', operation: 'get', input: { url: `${vendorUrl}/?ref={{ trigger.body.ref }}` } },
        { id: 'answer', kind: 'respond', status: 200, body: '{{ steps.ask.body }}' },
      ]),
    floor: (vendorUrl) => [callStep('ask', `${vendorUrl}/?ref=`, 'trigger.body.ref'), mapStep('answer', { result: 'steps.ask.body' })],
    closed: { connections: 32, requests: 4000 },
  },
];
