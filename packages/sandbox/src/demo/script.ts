/** The script of both pages. It draws what the server sends and listens for changes; plain DOM, no markup from data. */
export const SCRIPT = String.raw`
const system = document.documentElement.dataset.system;
const first = document.documentElement.dataset.first;
const $ = (id) => document.getElementById(id);
const NEW_MS = 60000;
// Columns that make room while a record is open.
const WIDE = new Set(['owner', 'close', 'changed', 'city', 'phone', 'priority', 'entered', 'identifier', 'crm', 'psa', 'board', 'title']);
let kind = '', openId = '', search = '', seen = null, signatures = new Map(), newAt = new Map(), dirty = false;

function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name === 'class') node.className = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== ''));
  return node;
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });
function ago(iso) {
  const seconds = (Date.parse(iso) - Date.now()) / 1000;
  for (const [unit, size] of [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]]) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return 'just now';
}
const time = (iso) => h('time', { datetime: iso, title: new Date(iso).toLocaleString() }, ago(iso));
setInterval(() => { for (const node of document.querySelectorAll('time')) node.textContent = ago(node.dateTime); }, 20000);

async function call(path, options) {
  const response = await fetch('/demo/api/' + system + '/' + path, options && { ...options, headers: { 'content-type': 'application/json' } });
  const body = await response.json();
  if (!response.ok) throw new Error(body.message || 'The request failed.');
  return body;
}
let toastTimer = 0;
function toast(text, isBad) {
  $('toast').textContent = text;
  $('toast').className = 'is-on' + (isBad ? ' is-bad' : '');
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $('toast').className = ''; }, isBad ? 6000 : 1800);
}

function cellNode(view, row, column, index) {
  const cell = row.cells[column.key];
  const wide = index >= 2 && WIDE.has(column.key);
  const classes = [column.isNumber ? 'num' : '', wide ? 'wide' : '', column.key].filter(Boolean).join(' ');
  if (cell.time) return h('td', { class: classes }, time(cell.time));
  if (cell.tone) return h('td', { class: classes }, cell.text ? h('span', { class: 'chip ' + cell.tone }, cell.text) : '–');
  const isLink = index === 0;
  const label = isLink ? h('a', { href: '#/' + kind + '/' + row.id }, cell.text) : cell.text;
  const tag = isLink && newAt.has(row.id) ? h('span', { class: 'new' }, 'new') : '';
  return h('td', { class: classes, title: cell.text }, label, tag, cell.sub ? h('small', {}, cell.sub) : '');
}

// The form of a new record takes the place of an open one.
function openForm(creates) {
  const panel = $('record');
  openId = '';
  const inputs = creates.fields.map((field) => {
    const id = 'n-' + field.name;
    const input = field.input === 'select'
      ? h('select', { id, name: field.name }, h('option', { value: '' }, '–'), field.options.map((option) => h('option', { value: option.value, selected: option.value === field.value && field.value !== '' }, option.label)))
      : h('input', { id, name: field.name, type: field.input, value: field.value || undefined, step: field.input === 'number' ? 'any' : undefined, autocomplete: 'off' });
    return { input, node: h('div', { class: 'field' }, h('label', { for: id }, field.label), input) };
  });
  const close = () => { panel.hidden = true; document.body.classList.remove('has-record'); };
  panel.replaceChildren(
    h('div', { class: 'top' }, h('span', {}, 'New record'), h('button', { 'aria-label': 'Close', onclick: close }, '×')),
    h('h2', {}, creates.label),
    h('form', { onsubmit: async (event) => {
      event.preventDefault();
      const body = Object.fromEntries(inputs.filter(({ input }) => input.value !== '').map(({ input }) => [input.name, input.value]));
      try {
        const made = await call(kind, { method: 'POST', body: JSON.stringify(body) });
        toast('Created');
        location.hash = '#/' + kind + '/' + made.id;
      } catch (error) { toast(error.message, true); }
    } }, inputs.map(({ node }) => node), h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'primary', 'data-testid': 'save-new' }, 'Create'))),
  );
  panel.hidden = false;
  document.body.classList.add('has-record');
  inputs[0].input.focus();
}

function drawList(view) {
  $('create').hidden = !view.creates;
  $('create').textContent = view.creates ? view.creates.label : '';
  $('create').onclick = () => openForm(view.creates);
  $('title').textContent = view.title;
  $('count').textContent = view.total.toLocaleString('en-US');
  $('figures').replaceChildren(...view.figures.map((figure) => h('div', {}, h('span', {}, figure.label), h('b', {}, figure.value, h('small', {}, figure.hint)))));
  if (view.rows.length === 0) {
    $('list').replaceChildren(h('p', { class: 'empty' }, search ? 'Nothing matches “' + search + '”.' : 'Nothing here yet.'));
    return;
  }
  const fresh = new Set(), changed = new Set(), next = new Map();
  for (const row of view.rows) {
    const signature = JSON.stringify(row.cells);
    next.set(row.id, signature);
    if (seen && !seen.has(row.id)) { fresh.add(row.id); newAt.set(row.id, Date.now()); }
    else if (seen && signatures.has(row.id) && signatures.get(row.id) !== signature) changed.add(row.id);
  }
  // A search hides rows that are not new; only an unfiltered list says what is.
  if (!search) seen = new Set(view.rows.map((row) => row.id));
  signatures = next;
  for (const [id, at] of newAt) if (Date.now() - at > NEW_MS) newAt.delete(id);
  const head = h('tr', {}, view.columns.map((column, index) => h('th', { scope: 'col', class: [column.isNumber ? 'num' : '', index >= 2 && WIDE.has(column.key) ? 'wide' : ''].join(' ').trim() }, column.label)));
  const rows = view.rows.map((row) => h('tr', {
    'data-testid': view.testId, 'data-id': row.id, 'aria-selected': row.id === openId ? 'true' : undefined,
    class: [row.id === openId ? 'is-open' : '', newAt.has(row.id) ? 'is-new' : '', changed.has(row.id) ? 'is-changed' : '', fresh.has(row.id) ? 'is-fresh' : ''].join(' ').trim(),
    onclick: (event) => { if (event.target.tagName !== 'A') location.hash = '#/' + kind + '/' + row.id; },
  }, view.columns.map((column, index) => cellNode(view, row, column, index))));
  const top = $('list').scrollTop;
  $('list').replaceChildren(h('table', {}, h('thead', {}, head), h('tbody', {}, rows)));
  $('list').scrollTop = top;
}

async function loadList() {
  const asked = kind + '?' + search;
  const view = await call(kind + (search ? '?q=' + encodeURIComponent(search) : ''));
  if (asked === kind + '?' + search) drawList(view);
}

async function save(name, value) {
  try {
    drawRecord(await call(kind + '/' + openId, { method: 'PATCH', body: JSON.stringify({ [name]: value }) }));
    toast('Saved');
  } catch (error) {
    toast(error.message, true);
    await loadRecord();
  }
}

function fieldNode(field) {
  const id = 'f-' + field.name;
  if (field.input === 'none') {
    const value = field.link && field.value ? h('a', { href: '#/' + field.link }, field.value) : h('span', { class: field.isMono ? 'mono' : '' }, field.value);
    return h('div', { class: 'field' }, h('span', {}, field.label), value);
  }
  let input;
  if (field.input === 'select') {
    const known = field.options.some((option) => option.value === field.value);
    input = h('select', { id, name: field.name }, known ? [] : [h('option', { value: field.value }, field.value || '–')], field.options.map((option) => h('option', { value: option.value, selected: option.value === field.value }, option.label)));
  } else {
    input = h('input', { id, name: field.name, type: field.input, value: field.value, step: field.input === 'number' ? 'any' : undefined, placeholder: field.placeholder, autocomplete: 'off' });
    input.addEventListener('input', () => { dirty = true; });
    input.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') input.blur();
      if (event.key === 'Escape') { input.value = field.value; dirty = false; input.blur(); event.stopPropagation(); }
    });
  }
  input.addEventListener('change', () => {
    dirty = false;
    if (input.value !== field.value) save(field.name, field.input === 'number' ? (input.value === '' ? null : Number(input.value)) : input.value || null);
  });
  return h('div', { class: 'field' }, h('label', { for: id }, field.label), input);
}

function noteForm(hasInternal) {
  const text = h('textarea', { id: 'note-text', 'aria-label': 'New note', placeholder: 'Write a note', 'data-testid': 'note-text' });
  text.addEventListener('input', () => { dirty = text.value !== ''; });
  const internal = h('input', { type: 'checkbox', id: 'note-internal' });
  return h('form', { class: 'note', onsubmit: async (event) => {
    event.preventDefault();
    if (!text.value.trim()) return;
    try {
      dirty = false;
      drawRecord(await call(kind + '/' + openId + '/notes', { method: 'POST', body: JSON.stringify({ text: text.value, isInternal: internal.checked }) }));
      toast('Note added');
    } catch (error) { toast(error.message, true); }
  } }, text, h('div', {}, hasInternal ? h('label', {}, internal, 'Internal only') : h('span'), h('button', { type: 'submit', 'data-testid': 'add-note' }, 'Add note')));
}

function drawRecord(record) {
  const panel = $('record');
  const focused = panel.contains(document.activeElement) ? document.activeElement.id : '';
  const top = panel.dataset.id === record.id ? panel.scrollTop : 0;
  panel.classList.toggle('is-won', record.chip !== undefined && record.chip.text === 'Closed Won');
  const act = (action) => async (event) => {
    event.target.disabled = true;
    try { drawRecord(await call(kind + '/' + record.id + '/' + action.id, { method: 'POST' })); toast({ win: 'Marked Closed Won', reopen: 'Reopened', qualify: 'Qualified', convert: 'Converted', complete: 'Completed', close: 'Closed', activate: 'Activated', deactivate: 'Deactivated', cancel: 'Cancelled', reinstate: 'Reinstated', extend: 'Extended' }[action.id] || 'Saved'); }
    catch (error) { toast(error.message, true); await loadRecord(); }
  };
  panel.replaceChildren(...[
    h('div', { class: 'top' }, h('span', {}, record.eyebrow), h('button', { 'aria-label': 'Close', onclick: () => { location.hash = '#/' + kind; } }, '×')),
    h('h2', {}, record.title),
    h('div', { class: 'sub' }, record.chip ? h('span', { class: 'chip ' + record.chip.tone, 'data-testid': 'record-status' }, record.chip.text) : '', record.subtitle ? h('span', {}, record.subtitle) : ''),
    record.steps.length ? h('ol', { class: 'steps', 'aria-label': 'Stage' }, record.steps.map((step) => h('li', { class: step.state, 'aria-current': step.state === 'now' ? 'step' : undefined }, step.text))) : '',
    record.actions.length ? h('div', { class: 'actions' }, record.actions.map((action) => h('button', { class: action.isPrimary ? 'primary' : '', 'data-testid': action.testId, onclick: act(action) }, action.label))) : '',
    ...record.sections.filter((section) => section.fields.length).map((section) => h('div', {}, h('h3', {}, section.title), section.fields.map(fieldNode))),
    record.notes ? h('div', {}, h('h3', {}, 'Notes'), noteForm(record.hasInternalNotes), h('ul', { class: 'notes', 'data-testid': 'notes' }, record.notes.map((note) => h('li', {}, h('small', {}, h('b', {}, note.by), time(note.time), note.tag ? h('span', {}, note.tag) : ''), note.text)))) : '',
    ...record.related.filter((list) => list.rows.length).map((list) => h('div', { class: 'related' }, h('h3', {}, list.title), list.rows.map((row) => h('a', { href: '#/' + row.link }, h('span', {}, row.text), h('span', {}, row.sub))))),
    h('p', { class: 'foot' }, 'Changed by ' + record.changed.by + ' ', time(record.changed.time)),
  ].filter((node) => node !== ''));
  if (panel.hidden) { panel.hidden = false; panel.classList.add('is-entering'); setTimeout(() => panel.classList.remove('is-entering'), 200); }
  panel.dataset.id = record.id;
  panel.scrollTop = top;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function loadRecord() {
  const asked = kind + '/' + openId;
  if (!openId) return;
  try {
    const record = await call(asked);
    if (asked === kind + '/' + openId) drawRecord(record);
  } catch { location.hash = '#/' + kind; }
}

function route() {
  const parts = location.hash.replace(/^#\//, '').split('/');
  const nextKind = parts[0] || first;
  if (nextKind !== kind) {
    kind = nextKind; seen = null; signatures = new Map(); search = ''; $('search').value = ''; $('search').placeholder = 'Search ' + kind;
    for (const link of document.querySelectorAll('nav a')) {
      if (link.dataset.kind === kind) link.setAttribute('aria-current', 'page'); else link.removeAttribute('aria-current');
    }
    loadList().catch((error) => toast(error.message, true));
  }
  openId = parts[1] || '';
  dirty = false;
  document.body.classList.toggle('has-record', openId !== '');
  for (const row of document.querySelectorAll('tr[data-id]')) row.classList.toggle('is-open', row.dataset.id === openId);
  if (openId) loadRecord(); else $('record').hidden = true;
}

let searchTimer = 0;
$('search').addEventListener('input', () => {
  clearTimeout(searchTimer);
  searchTimer = setTimeout(() => { search = $('search').value.trim(); loadList().catch((error) => toast(error.message, true)); }, 120);
});
document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && openId) location.hash = '#/' + kind; });
window.addEventListener('hashchange', route);

// Changes come as bare notices; one fetch answers a burst of them.
let listTimer = 0, recordTimer = 0;
function refresh(notice) {
  clearTimeout(listTimer);
  listTimer = setTimeout(() => loadList().catch(() => {}), 80);
  // A half-typed value is not overwritten; the change shows once it is saved or dropped.
  if (openId && !dirty && (!notice || notice.kind !== kind || notice.id === openId)) {
    clearTimeout(recordTimer);
    recordTimer = setTimeout(() => { if (!dirty) loadRecord(); }, 80);
  }
}
const events = new EventSource('/demo/events');
events.onopen = () => { $('live').textContent = 'Live'; $('live').className = 'is-on'; if (seen) refresh(); };
events.onerror = () => { $('live').textContent = 'Reconnecting'; $('live').className = ''; };
events.onmessage = (event) => { const notice = JSON.parse(event.data); if (notice.system === system) refresh(notice); };
route();
`;
