/** A demo page: its name, its theme and its navigation. */
export interface Page {
  system: 'crm' | 'psa';
  title: string;
  tagline: string;
  person: string;
  items: { kind: string; label: string; icon: string; /** Caption above it. */ group?: string }[];
}

// Stroke icons on a 16-pixel grid.
const ICONS = {
  deal: '<path d="M2 12.5 6 8.5l2.5 2.5L14 5"/><path d="M10.5 5H14v3.5"/>',
  building: '<path d="M3 14V3.5L9 2v12M9 6h4v8M2 14h12M5.2 5.5h1.6M5.2 8h1.6M5.2 10.5h1.6"/>',
  person: '<circle cx="8" cy="5.2" r="2.7"/><path d="M2.8 13.8c.5-2.9 2.5-4.3 5.2-4.3s4.7 1.4 5.2 4.3"/>',
  pin: '<path d="M8 14s4.5-4.2 4.5-7.5a4.5 4.5 0 0 0-9 0C3.5 9.8 8 14 8 14Z"/><circle cx="8" cy="6.5" r="1.5"/>',
  board: '<path d="M2.5 3h11v10h-11zM6 3v10M10 3v6"/>',
  columns: '<path d="M2.5 3h3v10h-3zM6.5 3h3v7h-3zM10.5 3h3v4.5h-3z"/>',
  paper: '<path d="M4 2h5.5L12.5 5v9H4zM9.5 2v3h3M6 8h4.5M6 10.7h4.5"/>',
  bill: '<path d="M3.5 2h9v12l-2.2-1.4L8 14l-2.3-1.4L3.5 14zM6 5.5h4M6 8.2h4"/>',
  device: '<path d="M2.5 3h11v7.5h-11zM6 13.5h4M8 10.5v3"/>',
  spark: '<path d="M8 2v3.2M8 10.8V14M2 8h3.2M10.8 8H14M3.8 3.8 6 6M10 10l2.2 2.2M12.2 3.8 10 6M6 10l-2.2 2.2"/>',
  check: '<path d="M2.5 3h11v10h-11zM5.2 8.2l2 2L11 6.2"/>',
  help: '<circle cx="8" cy="8" r="6"/><path d="M6.2 6.4c.2-1.2 1-1.7 1.9-1.7 1 0 1.8.6 1.8 1.6 0 1.4-1.9 1.4-1.9 2.8M8 11.2v.2"/>',
  clock: '<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.5 1.6"/>',
  flag: '<path d="M3.5 14V2.5M3.5 3h8l-1.8 2.8L11.5 8.6h-8"/>',
  people:
    '<circle cx="6" cy="5.5" r="2.3"/><path d="M1.8 13c.4-2.5 2-3.7 4.2-3.7s3.8 1.2 4.2 3.7M10.4 3.4a2.3 2.3 0 0 1 0 4.2M12 9.8c1.2.5 1.9 1.6 2.2 3.2"/>',
  ticket: '<path d="M2 5.5V4h12v1.5a2.5 2.5 0 0 0 0 5V12H2v-1.5a2.5 2.5 0 0 0 0-5Z"/><path d="M9.5 4v1.6M9.5 7.2v1.6M9.5 10.4V12"/>',
};

/** The demo pages by the last part of their path. */
export const PAGES: Readonly<Record<string, Page>> = {
  crm: {
    system: 'crm',
    title: 'Demo CRM',
    tagline: 'Stands in for Salesforce',
    person: 'Alex Morgan',
    items: [
      { kind: 'opportunities', label: 'Opportunities', icon: ICONS.deal },
      { kind: 'leads', label: 'Leads', icon: ICONS.spark },
      { kind: 'accounts', label: 'Accounts', icon: ICONS.building },
      { kind: 'contacts', label: 'Contacts', icon: ICONS.person },
      { kind: 'cases', label: 'Cases', icon: ICONS.help },
      { kind: 'tasks', label: 'Tasks', icon: ICONS.check },
      { kind: 'users', label: 'Users', icon: ICONS.people, group: 'Setup' },
    ],
  },
  psa: {
    system: 'psa',
    title: 'Demo PSA',
    tagline: 'Stands in for ConnectWise',
    person: 'Jamie Doe',
    items: [
      { kind: 'tickets', label: 'Tickets', icon: ICONS.ticket },
      { kind: 'companies', label: 'Companies', icon: ICONS.building },
      { kind: 'sites', label: 'Sites', icon: ICONS.pin },
      { kind: 'contacts', label: 'Contacts', icon: ICONS.person },
      { kind: 'projects', label: 'Projects', icon: ICONS.board },
      { kind: 'agreements', label: 'Agreements', icon: ICONS.paper },
      { kind: 'invoices', label: 'Invoices', icon: ICONS.bill },
      { kind: 'opportunities', label: 'Opportunities', icon: ICONS.deal },
      { kind: 'configurations', label: 'Configurations', icon: ICONS.device },
      { kind: 'time', label: 'Time', icon: ICONS.clock },
      { kind: 'boards', label: 'Boards', icon: ICONS.columns, group: 'Setup' },
      { kind: 'priorities', label: 'Priorities', icon: ICONS.flag },
      { kind: 'members', label: 'Members', icon: ICONS.people },
    ],
  },
};

/** The page around which the script builds everything else. */
export function pageHtml(page: Page): string {
  const items = page.items
    .map(
      (item) =>
        `${item.group ? `<small class="group">${item.group}</small>` : ''}<a href="#/${item.kind}" data-kind="${item.kind}"><svg viewBox="0 0 16 16" aria-hidden="true">${item.icon}</svg>${item.label}</a>`,
    )
    .join('');
  const first = page.items[0]?.kind ?? '';
  return `<!doctype html><html lang="en" data-system="${page.system}" data-first="${first}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${page.title}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/demo/style.css"></head><body>
<aside><div class="brand"><span class="mark" aria-hidden="true"></span><div><strong>${page.title}</strong><small>${page.tagline}</small></div></div>
<nav aria-label="Main">${items}</nav><div class="who"><span class="face" aria-hidden="true">${page.person.replace(/[^A-Z]/g, '')}</span><div>${page.person}<small id="live" role="status">Connecting</small></div></div></aside>
<main><header><div><h1 id="title"></h1><span id="count"></span></div><input id="search" type="search" data-testid="search" placeholder="Search" aria-label="Search" autocomplete="off" spellcheck="false"><button id="create" type="button" data-testid="create" hidden></button></header>
<div id="figures"></div><div id="list" tabindex="-1"></div></main>
<section id="record" aria-label="Record" hidden></section><div id="toast" role="status" aria-live="polite"></div><script type="module" src="/demo/script.js"></script></body></html>`;
}
