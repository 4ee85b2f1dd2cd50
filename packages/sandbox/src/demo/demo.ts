import type { ServerResponse } from 'node:http';
import type { ConnectWise } from '../connectwise/api.ts';
import { ConnectWiseError } from '../connectwise/errors.ts';
import type { Fault, Faults } from '../faults.ts';
import type { ApiReply, ApiRequest } from '../http.ts';
import type { Quirks } from '../quirks.ts';
import type { Salesforce } from '../salesforce/api.ts';
import { SalesforceError } from '../salesforce/errors.ts';
import { CrmDesk } from './crm.ts';
import { pageHtml, PAGES } from './page.ts';
import { PsaDesk } from './psa.ts';
import { objectBody, salesforceSwitch } from './salesforce-switches.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** Objects → the list of the page they stand in, and the member that names the record there when it is not their own. */
const PLACES: Readonly<Record<string, readonly [kind: string, member?: string]>> = {
  company: ['companies'],
  companyNote: ['companies', 'company'],
  contact: ['contacts'],
  contactNote: ['contacts', 'contactId'],
  ticket: ['tickets'],
  ticketNote: ['tickets', 'ticketId'],
  ticketTask: ['tickets', 'ticketId'],
  timeEntry: ['time'],
  companySite: ['sites'],
  agreement: ['agreements'],
  agreementAddition: ['agreements', 'agreementId'],
  invoice: ['invoices'],
  invoicePayment: ['invoices', 'invoice'],
  project: ['projects'],
  projectNote: ['projects', 'projectId'],
  opportunity: ['opportunities'],
  opportunityNote: ['opportunities', 'opportunityId'],
  configuration: ['configurations'],
  board: ['boards'],
  boardStatus: ['boards', 'board'],
  boardType: ['boards', 'board'],
  priority: ['priorities'],
  member: ['members'],
  Account: ['accounts'],
  Contact: ['contacts'],
  Opportunity: ['opportunities'],
  OpportunityContactRole: ['opportunities', 'OpportunityId'],
  OpportunityLineItem: ['opportunities', 'OpportunityId'],
  OpportunityHistory: ['opportunities', 'OpportunityId'],
  Lead: ['leads'],
  Case: ['cases'],
  CaseComment: ['cases', 'ParentId'],
  Task: ['tasks'],
  User: ['users'],
};

/** The two demo pages, the small API behind them, their stream of changes, and the switches for faults and quirks. */
export class Demo {
  readonly #crm: CrmDesk;
  readonly #psa: PsaDesk;
  readonly #salesforce: Salesforce;
  readonly #faults: Faults;
  readonly #quirks: Quirks;
  readonly #streams = new Set<ServerResponse>();

  constructor(resources: { connectwise: ConnectWise; salesforce: Salesforce; faults: Faults; quirks: Quirks }) {
    this.#crm = new CrmDesk(resources.salesforce);
    this.#psa = new PsaDesk(resources.connectwise);
    this.#salesforce = resources.salesforce;
    this.#faults = resources.faults;
    this.#quirks = resources.quirks;
    resources.connectwise.store.onChange(({ entity, row }) => this.#tell('psa', entity, { id: row.id, values: row.values }));
    resources.salesforce.store.onChange(({ object, record }) => this.#tell('crm', object, { id: record.Id, values: record }));
  }

  close(): void {
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  /** Answers everything that belongs to neither vendor. */
  handle = (request: ApiRequest, response: ServerResponse): ApiReply | 'taken' | undefined => {
    const path = request.path.replace(/\/$/, '');
    if (path === '/health') return { status: 200, body: { ok: true } };
    if (path === '' || path === '/demo') return { status: 302, headers: { location: '/demo/crm' } };
    const page = PAGES[path.slice('/demo/'.length)];
    if (page)
      return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' }, text: pageHtml(page) };
    if (path === '/demo/style.css')
      return { status: 200, headers: { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' }, text: STYLE };
    if (path === '/demo/script.js')
      return { status: 200, headers: { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' }, text: SCRIPT };
    if (path === '/demo/events') return this.#stream(response);
    if (!path.startsWith('/demo/api/')) return undefined;
    try {
      return this.#api(request, path.slice('/demo/api/'.length).split('/'));
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      return { status: 422, body: { message: refusal } };
    }
  };

  #stream(response: ServerResponse): 'taken' {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' });
    response.write('retry: 1000\n\n');
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
    return 'taken';
  }

  #tell(system: 'crm' | 'psa', object: string, changed: { id: string | number; values: Record<string, unknown> }): void {
    // A note shows wherever its parent does.
    const [kind, member] = object === 'Note' ? [kindOfParent(changed.values['ParentId']), 'ParentId'] : (PLACES[object] ?? []);
    if (!kind) return;
    const named = member === undefined ? changed.id : changed.values[member];
    const id = String((named as { id?: unknown } | undefined)?.id ?? named);
    for (const stream of this.#streams) stream.write(`data: ${JSON.stringify({ system, kind, id })}\n\n`);
  }

  #api(request: ApiRequest, path: string[]): ApiReply | undefined {
    const [system = '', kind = '', id, action] = path;
    if (system === 'faults') return this.#faultsReply(request, kind);
    if (system === 'quirks') {
      if (request.method === 'POST') Object.assign(this.#quirks, objectBody(request.body));
      return { status: 200, body: this.#quirks };
    }
    if (system === 'salesforce')
      return salesforceSwitch(this.#salesforce, request.method, { path: path.slice(1).join('/'), body: objectBody(request.body) });
    if (system !== 'crm' && system !== 'psa') return undefined;
    const desk = system === 'crm' ? this.#crm : this.#psa;
    if (id === undefined && request.method === 'POST') {
      const made = desk.create(kind, objectBody(request.body));
      return made === undefined ? undefined : { status: 201, body: { id: made } };
    }
    if (id === undefined) {
      const list = desk.list(kind, request.query.get('q') ?? '');
      return list && { status: 200, body: list };
    }
    if (!desk.record(kind, id)) return undefined;
    if (request.method === 'PATCH') desk.save(kind, id, objectBody(request.body));
    if (request.method === 'POST' && action === 'notes') {
      const body = objectBody(request.body);
      desk.addNote(kind, id, { text: String(body['text'] ?? ''), isInternal: body['isInternal'] === true });
    } else if (request.method === 'POST' && action !== undefined) {
      desk.act(kind, id, action);
    }
    return { status: 200, body: desk.record(kind, id) };
  }

  #faultsReply(request: ApiRequest, id: string): ApiReply {
    if (request.method === 'DELETE') {
      this.#faults.clear(id || undefined);
      return { status: 204 };
    }
    if (request.method === 'POST') {
      const body = objectBody(request.body);
      // A RegExp cannot travel as JSON: `pathPattern` is its source.
      const pattern = typeof body['pathPattern'] === 'string' ? new RegExp(body['pathPattern']) : String(body['path'] ?? '');
      const fault = { times: 1, ...body, path: pattern } as unknown as Fault;
      if (
        !['status', 'reset-after-apply', 'reset-before', 'slow', 'hang', 'hang-after-apply'].includes(fault.kind) ||
        !['connectwise', 'salesforce'].includes(fault.vendor)
      )
        return { status: 422, body: { message: 'A fault needs vendor, path and kind.' } };
      return { status: 201, body: { id: this.#faults.add(fault) } };
    }
    return { status: 200, body: this.#faults.list().map((fault) => ({ ...fault, path: String(fault.path) })) };
  }
}

/** The list a noted record stands in, by the first characters of its id. */
function kindOfParent(id: unknown): string | undefined {
  return { '001': 'accounts', '003': 'contacts', '006': 'opportunities', '00Q': 'leads' }[String(id).slice(0, 3)];
}

/** The vendor's words for a refused edit; undefined for anything that is not a refusal. */
function refusalOf(error: unknown): string | undefined {
  if (error instanceof ConnectWiseError) return error.body.errors?.map((item) => item.message).join(' ') || error.body.message;
  if (error instanceof SalesforceError) return error.problems.map((problem) => problem.message).join(' ');
  return error instanceof SyntaxError ? 'The request is not JSON.' : undefined;
}
