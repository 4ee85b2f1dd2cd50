import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, picture } from '../support/browser.ts';
import { becomes, callApi, drag, middle, signedIn, startWithAdmin } from '../support/desk.ts';
import type { Point } from '../support/desk.ts';
import type { Product } from '../support/product.ts';

let weft: Product;
let browser: Browser;
let page: Page;
let troubles: string[];

beforeAll(async () => {
  [weft, browser] = await Promise.all([startWithAdmin(), launchBrowser()]);
  ({ page, troubles } = await signedIn(weft, browser));
});

afterAll(async () => {
  await browser?.close();
  await weft?.[Symbol.asyncDispose]();
});

interface Document {
  nodes: {
    id: string;
    kind: string;
    parent?: string;
    title?: string;
    operation?: string;
    cases?: { port: string; label: string; when: string }[];
  }[];
  edges: { from: string; fromPort?: string; to: string }[];
}

const MANUAL = { id: 'start', kind: 'trigger', connector: 'manual', operation: 'started', input: {} };
const map = (id: string, more: object = {}): object => ({ id, kind: 'map', title: id, fields: [{ to: 'value', from: '1' }], ...more });

/** Opens a workflow made of these nodes and edges. */
async function open(name: string, document: object): Promise<string> {
  const { id } = await callApi(weft, 'POST', '/workflows', { format: 'weft/workflow@1', name, ...document });
  await page.goto(`${weft.url}/workflows/${String(id)}`);
  await page.getByTestId('canvas-node-start').waitFor();
  return String(id);
}

/** The saved draft, as the page itself is given it. */
function saved(id: string): Promise<Document> {
  return page.evaluate(async (workflowId) => {
    const response = await fetch(`/api/trpc/workflows.get?input=${encodeURIComponent(JSON.stringify({ id: workflowId }))}`);
    return ((await response.json()) as { result: { data: { draft: Document } } }).result.data.draft;
  }, id);
}

const edgesOf = async (id: string): Promise<string[]> =>
  (await saved(id)).edges.map(({ from, fromPort, to }) => `${from}${fromPort ? `:${fromPort}` : ''}>${to}`).toSorted();
const node = (id: string) => page.getByTestId(`canvas-node-${id}`);
const handle = (nodeId: string, port: string) => page.locator(`.react-flow__handle[data-nodeid="${nodeId}"][data-handleid="${port}"]`);
/** Halfway between two nodes that stand below each other. */
async function between(upper: string, lower: string): Promise<Point> {
  const [a, b] = [await middle(node(upper)), await middle(node(lower))];
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
async function findings(): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}
const emptyCanvas: Point = { x: 420, y: 760 };

test('an operation is dropped onto an edge and onto a port; edges are drawn, moved and deleted; a deleted node heals; all of it can be undone', async () => {
  const id = await open('Edges', {
    nodes: [MANUAL, map('first'), map('last'), map('side')],
    edges: [
      { from: 'start', to: 'first' },
      { from: 'first', to: 'last' },
    ],
    layout: { start: [280, 0], first: [280, 120], last: [280, 320], side: [640, 320] },
  });
  const before = await edgesOf(id);

  // Onto an edge: it is spliced in.
  await drag(page, await middle(page.getByTestId('palette-item-logic-map')), await between('first', 'last'));
  await becomes(async () => (await saved(id)).nodes.length, 5);
  const spliced = (await saved(id)).nodes.find((candidate) => !['start', 'first', 'last', 'side'].includes(candidate.id))?.id ?? '';
  expect(await edgesOf(id)).toEqual([`first>${spliced}`, 'start>first', `${spliced}>last`].toSorted());
  await picture(page, 'builder-1-spliced');

  // Deleted, its neighbours are joined again; undone, it is back as it was.
  await page.mouse.click(emptyCanvas.x, emptyCanvas.y);
  await node(spliced).click();
  await page.keyboard.press('Delete');
  await becomes(() => edgesOf(id), before);
  await page.keyboard.press('Control+z');
  await becomes(() => edgesOf(id), [`first>${spliced}`, 'start>first', `${spliced}>last`].toSorted());
  await page.keyboard.press('Control+Shift+z');
  await becomes(() => edgesOf(id), before);

  // Onto a port: it is connected.
  await drag(page, await middle(page.getByTestId('palette-item-logic-stop')), await middle(handle('side', 'next')));
  await becomes(async () => (await saved(id)).nodes.length, 5);
  const stop = (await saved(id)).nodes.find(({ kind }) => kind === 'stop')?.id ?? '';
  expect(await edgesOf(id)).toContain(`side>${stop}`);

  // An edge is drawn from port to port, and its end is moved to another node.
  await drag(page, await middle(handle('first', 'error')), await middle(handle('side', 'in')));
  await becomes(() => edgesOf(id), ['first:error>side', 'first>last', `side>${stop}`, 'start>first'].toSorted());
  const edge = page.locator('.react-flow__edge[data-id="first|next|last"]');
  await edge.click({ position: await pointOnEdge('first', 'last', edge), force: true });
  await drag(
    page,
    await middle(page.locator('.react-flow__edge[data-id="first|next|last"] .react-flow__edgeupdater-target')),
    await middle(handle('side', 'in')),
  );
  await becomes(() => edgesOf(id), ['first:error>side', 'first>side', `side>${stop}`, 'start>first'].toSorted());

  // And deleted by key.
  const drawn = page.locator('.react-flow__edge[data-id="first|error|side"]');
  await drawn.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Delete');
  await becomes(() => edgesOf(id), ['first>side', `side>${stop}`, 'start>first'].toSorted());
  await page.reload();
  await node('first').waitFor();
  expect(await edgesOf(id)).toEqual(['first>side', `side>${stop}`, 'start>first'].toSorted());
  expect(await findings()).toEqual([]);
  expect(troubles).toEqual([]);
}, 60_000);

test('many nodes are selected, copied, pasted and deleted together', async () => {
  const id = await open('Many', {
    nodes: [MANUAL, map('one'), map('two', { fields: [{ to: 'value', from: '{{ steps.one.value }}' }] }), map('three')],
    edges: [
      { from: 'start', to: 'one' },
      { from: 'one', to: 'two' },
      { from: 'two', to: 'three' },
    ],
    layout: { start: [280, 0], one: [280, 120], two: [280, 240], three: [280, 360] },
  });
  await node('one').click();
  await node('two').click({ modifiers: ['Shift'] });
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Control+v');
  await becomes(async () => (await saved(id)).nodes.length, 6);
  const pasted = (await saved(id)).nodes
    .filter((candidate) => !['start', 'one', 'two', 'three'].includes(candidate.id))
    .map((one) => one.id);
  // What stood together still does: the copy of the second reads the copy of the first.
  expect((await edgesOf(id)).filter((edge) => pasted.some((one) => edge.includes(one)))).toHaveLength(1);
  expect(JSON.stringify((await saved(id)).nodes)).toContain(`steps.${pasted[0] ?? ''}.value`);
  await page.keyboard.press('Delete');
  await becomes(async () => (await saved(id)).nodes.length, 4);
  // A box drawn with the shift key held selects what lies in it.
  const [from, to] = [await middle(node('one')), await middle(node('two'))];
  await page.keyboard.down('Shift');
  await drag(page, { x: from.x - 180, y: from.y - 45 }, { x: to.x + 180, y: to.y + 45 });
  await page.keyboard.up('Shift');
  await page.keyboard.press('Delete');
  await becomes(() => edgesOf(id), ['start>three']);
  expect(troubles).toEqual([]);
}, 60_000);

test('a branch gets cases with labels, each with an edge of its own; a loop shows its body and its items', async () => {
  const id = await open('Branch and loop', {
    nodes: [
      { ...MANUAL, sample: { amount: 900, lines: [{ sku: 'a' }, { sku: 'b' }, { sku: 'c' }] } },
      { id: 'decide', kind: 'branch', title: 'Decide', cases: [{ port: 'big', label: 'Big', when: 'trigger.amount > 1000' }] },
      { id: 'each', kind: 'loop', title: 'Each line', items: '{{ trigger.lines }}' },
      map('inner', { parent: 'each', fields: [{ to: 'sku', from: '{{ item.sku }}' }] }),
      map('other'),
    ],
    edges: [
      { from: 'start', to: 'decide' },
      { from: 'decide', to: 'other', fromPort: 'otherwise' },
    ],
    layout: { start: [280, 0], decide: [280, 120], each: [40, 300], inner: [60, 360], other: [520, 300] },
  });
  await node('decide').click({ position: { x: 40, y: 20 } });
  const panel = page.getByTestId('node-panel');
  await panel.getByRole('button', { name: 'Add case' }).click();
  const cases = panel.getByRole('region');
  await cases.nth(1).getByRole('textbox', { name: 'Label of the case' }).fill('Medium');
  await cases
    .nth(1)
    .getByRole('textbox', { name: /what to look at$/ })
    .click();
  await page.keyboard.type('trigger.amount');
  await cases.nth(1).getByRole('combobox', { name: 'How to compare' }).click();
  await page.getByRole('option', { name: 'is more than' }).click();
  await cases
    .nth(1)
    .getByRole('textbox', { name: /compared with$/ })
    .click();
  await page.keyboard.type('500');
  await cases.nth(1).getByText('true for this sample').waitFor();
  await becomes(
    async () => (await saved(id)).nodes.find((one) => one.id === 'decide')?.cases?.map(({ label, when }) => [label, when]),
    [
      ['Big', 'trigger.amount > 1000'],
      ['Medium', 'trigger.amount > 500'],
    ],
  );
  const medium = (await saved(id)).nodes.find((one) => one.id === 'decide')?.cases?.[1]?.port ?? '';
  await picture(page, 'builder-2-branch');
  expect(await findings()).toEqual([]);
  // Pressing on the canvas closes the list of data, which lay over it.
  await page.mouse.click(300, 600);
  await page.getByRole('textbox', { name: 'Search names and values' }).waitFor({ state: 'hidden' });
  await drag(page, await middle(handle('decide', medium)), await middle(handle('each', 'in')));
  await becomes(() => edgesOf(id), [`decide:${medium}>each`, 'decide:otherwise>other', 'start>decide'].toSorted());

  // A node is added to the loop's body from within its frame.
  await drag(page, await middle(page.getByTestId('palette-item-logic-map')), await middle(handle('inner', 'next')));
  await becomes(async () => (await saved(id)).nodes.filter(({ parent }) => parent === 'each').length, 2);

  await page.getByTestId('run-sample').click();
  await page.getByTestId('run-start').click();
  await page
    .getByTestId('run-status')
    .filter({ hasText: /succeeded/i })
    .waitFor();
  await node('each').click({ position: { x: 60, y: 16 } });
  await panel.getByText(/3/).first().waitFor();
  await picture(page, 'builder-3-loop-run');
  expect(await findings()).toEqual([]);
  expect(troubles).toEqual([]);
}, 60_000);

test('an account’s objects, fields and choices are offered; data of earlier nodes is picked and its value shown', async () => {
  const id = await open('Panel', {
    slots: { crm: { connector: 'salesforce' }, psa: { connector: 'connectwise' } },
    nodes: [
      { ...MANUAL, sample: { company: { name: 'Acme Ltd', city: 'Berlin' } } },
      map('shape', { target: { slot: 'crm', object: 'Account' }, fields: [] }),
      { id: 'write', kind: 'connector', title: 'Write', connector: 'salesforce', operation: 'createRecord', slot: 'crm', input: {} },
      { id: 'ticket', kind: 'connector', title: 'Ticket', connector: 'connectwise', operation: 'createTicketOnce', slot: 'psa', input: {} },
    ],
    edges: [
      { from: 'start', to: 'shape' },
      { from: 'shape', to: 'write' },
      { from: 'write', to: 'ticket' },
    ],
  });
  const panel = page.getByTestId('node-panel');
  const ofNode = async (nodeId: string): Promise<Record<string, unknown>> =>
    (await saved(id)).nodes.find((one) => one.id === nodeId) as unknown as Record<string, unknown>;

  // Salesforce: the account is there, objects are searched, the object's fields follow.
  await node('write').click({ position: { x: 40, y: 20 } });
  await panel.getByText('Works', { exact: true }).waitFor();
  await panel.getByRole('combobox', { name: 'Object' }).click();
  await page.keyboard.type('Opportunity');
  await page
    .getByRole('option', { name: /^Opportunity\b/ })
    .first()
    .click();
  await becomes(async () => ((await ofNode('write'))['input'] as { object?: string }).object, 'Opportunity');
  await panel
    .getByRole('group', { name: /^Stage/ })
    .or(panel.getByText('Stage', { exact: false }))
    .first()
    .waitFor();
  await panel.getByRole('combobox', { name: 'Add field' }).click();
  await page.keyboard.type('Next Step');
  await page
    .getByRole('option')
    .filter({ hasText: /next ?step/i })
    .first()
    .click();
  await picture(page, 'builder-4-salesforce');
  expect(await findings()).toEqual([]);

  // ConnectWise: boards of the account, then the board's own statuses.
  await node('ticket').click({ position: { x: 40, y: 20 } });
  await panel.getByRole('combobox', { name: 'Board' }).click();
  await page.getByRole('option', { name: 'Onboarding' }).click();
  await becomes(async () => ((await ofNode('ticket'))['input'] as { board?: string }).board, 'Onboarding');
  await panel.getByRole('combobox', { name: 'Status' }).click();
  await page.getByRole('option').first().waitFor();
  expect(await page.getByRole('option').count()).toBeGreaterThan(1);
  await page.keyboard.press('Escape');

  // Its company is looked for by name in the account; the id is kept, the name is shown, also after the page is loaded anew.
  const company = panel.getByRole('combobox', { name: 'Company' });
  await company.click();
  await page.keyboard.type('acme lim');
  const found = page.getByRole('option').filter({ hasText: 'ACME Limited' }).first();
  await found.waitFor();
  await found.click();
  await becomes(
    async () => ((await ofNode('ticket'))['input'] as { companyId?: string }).companyId,
    expect.stringMatching(/^\d+$/) as unknown,
  );
  await page.reload();
  await node('ticket').click({ position: { x: 40, y: 20 } });
  await company.filter({ hasText: 'ACME Limited' }).waitFor();

  // The map: a required field of the target, filled from the trigger's sample with the data panel.
  await node('shape').click({ position: { x: 40, y: 20 } });
  await panel.getByRole('button', { name: /Name\* is required/ }).click();
  await page.keyboard.type('{{ trigger.company.na');
  // The editor takes no Enter in a list's first moment, so that who types on is not caught by it.
  await page.getByRole('option', { name: /name/ }).first().waitFor();
  await expect
    .poll(async () => {
      await page.keyboard.press('Enter');
      return page.getByRole('option').count();
    })
    .toBe(0);
  await panel.getByText('Acme Ltd').waitFor();
  await picture(page, 'builder-5-map');
  await becomes(async () => JSON.stringify((await ofNode('shape'))['fields']), expect.stringMatching(/"to":"Name"/) as unknown);
  await expect.poll(async () => JSON.stringify((await ofNode('shape'))['fields'])).toMatch(/trigger\.company\.name/);
  expect(await findings()).toEqual([]);
  expect(troubles).toEqual([]);
}, 60_000);

test('the draft is kept, published, switched on and off; what two windows do at once is told, and nothing is lost', async () => {
  const id = await open('Kept', {
    nodes: [{ id: 'start', kind: 'trigger', connector: 'webhook', operation: 'received', input: {} }, map('shape')],
    edges: [{ from: 'start', to: 'shape' }],
  });
  await node('shape').click({ position: { x: 40, y: 20 } });
  const title = page.getByTestId('node-panel').getByRole('textbox', { name: 'Title' });
  await title.fill('Shape it well');
  await becomes(async () => (await saved(id)).nodes.find((one) => one.id === 'shape')?.title, 'Shape it well');
  await page.reload();
  await node('shape').getByText('Shape it well').waitFor();
  await page.getByTestId('publish').click();
  await becomes(async () => (await callApi(weft, 'GET', `/workflows/${id}`))['publishedVersion'], 1);
  await page.getByTestId('enable').click();
  await expect.poll(() => page.getByTestId('enable').getAttribute('aria-checked')).toBe('true');
  await page.getByTestId('enable').click();
  await expect.poll(() => page.getByTestId('enable').getAttribute('aria-checked')).toBe('false');

  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByTestId('canvas-node-shape').click({ position: { x: 40, y: 20 } });
  const otherTitle = other.getByTestId('node-panel').getByRole('textbox', { name: 'Title' });
  await otherTitle.fill('Named in the other window');
  await becomes(async () => (await saved(id)).nodes.find((one) => one.id === 'shape')?.title, 'Named in the other window');
  await node('shape').click({ position: { x: 40, y: 20 } });
  await title.fill('Named here');
  await page.getByText('Changed by someone else').first().waitFor();
  await picture(page, 'builder-6-conflict');
  // Neither has been lost: the other's is saved, ours is still on the screen.
  expect((await saved(id)).nodes.find((one) => one.id === 'shape')?.title).toBe('Named in the other window');
  expect(await title.inputValue()).toBe('Named here');
  await page.getByRole('button', { name: 'Keep mine' }).click();
  await becomes(async () => (await saved(id)).nodes.find((one) => one.id === 'shape')?.title, 'Named here');
  await other.close();
  expect(troubles.filter((line) => !line.includes('409'))).toEqual([]);
  troubles.length = 0;
}, 60_000);

test('the whole document is edited as JSON; what is wrong is said with its place', async () => {
  const id = await open('As JSON', { nodes: [MANUAL, map('shape')], edges: [{ from: 'start', to: 'shape' }] });
  await page.getByRole('button', { name: /more/i }).last().click();
  await page.getByRole('menuitem', { name: /JSON/ }).click();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const editor = page.getByTestId('json-editor');
  await editor.locator('.view-lines').waitFor();
  const write = async (text: string): Promise<void> => {
    await editor.locator('.view-lines').click();
    await page.keyboard.press('Control+a');
    // Pasted, since the editor closes brackets by itself for somebody who types.
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await page.keyboard.press('Control+v');
  };
  const document = { ...(await saved(id)), name: 'As JSON' } as unknown as { nodes: Record<string, unknown>[] };
  await write('{ "format": "weft/workflow@1", ');
  await page.getByTestId('json-apply').click();
  await page
    .getByText(/line 1|JSON/i)
    .first()
    .waitFor();
  await picture(page, 'builder-7-json-broken');
  await write(
    JSON.stringify({ ...document, nodes: document.nodes.map((one) => (one['id'] === 'shape' ? { ...one, kind: 'mapp' } : one)) }),
  );
  await page.getByTestId('json-apply').click();
  await page.locator('.json-problems').getByText('nodes.1.kind').first().waitFor();
  await picture(page, 'builder-8-json-located');
  await write(
    JSON.stringify({ ...document, nodes: document.nodes.map((one) => (one['id'] === 'shape' ? { ...one, title: 'By hand' } : one)) }),
  );
  await page.getByTestId('json-apply').click();
  await becomes(async () => (await saved(id)).nodes.find((one) => one.id === 'shape')?.title, 'By hand');
  expect(troubles).toEqual([]);
}, 60_000);

/** A point on a straight edge, relative to the edge's own box. */
async function pointOnEdge(upper: string, lower: string, edge: ReturnType<Page['locator']>): Promise<Point> {
  const [on, box] = [await between(upper, lower), await edge.boundingBox()];
  return { x: on.x - (box?.x ?? 0), y: on.y - (box?.y ?? 0) };
}
