import { headerOf, isObject, type ApiReply, type ApiRequest, type Json } from '../http.ts';
import type { Quirks } from '../quirks.ts';
import { entityOf } from './entities.ts';
import { badBody, badCondition, ConnectWiseError, invalidObject, noEndpoint, recordNotFound } from './errors.ts';
import { allNotes } from './all-notes.ts';
import { Callbacks } from './callbacks.ts';
import { communicationsReply } from './communications.ts';
import { mergeCompany, transferContact } from './merge.ts';
import { pageOf } from './paging.ts';
import { ordered, rowTest } from './paths.ts';
import { objectBody, parseJson } from './json-body.ts';
import { Records, type WriteContext } from './records.ts';
import { routeOf, type Route } from './routes.ts';
import { refId, Store, type Row } from './store.ts';
import { Throttle } from './throttle.ts';
import { ticketConfigurationsReply } from './ticket-configurations.ts';
import { pickFields, refuseUnknownFields, viewOf } from './view.ts';

/** Keys of one API member. */
export interface ConnectWiseAccount {
  companyId: string;
  companyName: string;
  publicKey: string;
  privateKey: string;
  /** Any clientId passes; this is the one printed at start. */
  clientId: string;
  apiMember: string;
}

/** ConnectWise PSA: state, writes, callbacks, and the answer to each request. */
export class ConnectWise {
  readonly account: ConnectWiseAccount;
  readonly store: Store;
  readonly records: Records;
  readonly callbacks: Callbacks;
  readonly throttle: Throttle;
  /** Codebases that answer; companyinfo names the last one. */
  codebases: string[] = ['v4_6_release', 'v2025_1'];
  readonly #quirks: Quirks;

  constructor(resources: {
    account: ConnectWiseAccount;
    quirks: Quirks;
    clock: () => number;
    origin: () => string;
    perMinute: number;
    callbackRetryMs?: readonly number[];
    callbackTimeoutMs?: number;
  }) {
    this.account = resources.account;
    this.#quirks = resources.quirks;
    this.store = new Store(resources.clock);
    this.records = new Records({ store: this.store, quirks: resources.quirks });
    this.throttle = new Throttle({ perMinute: resources.perMinute, clock: resources.clock });
    this.callbacks = new Callbacks({
      store: this.store,
      quirks: resources.quirks,
      companyId: resources.account.companyId,
      origin: resources.origin,
      codebase: () => this.codebase,
      ...(resources.callbackRetryMs ? { retryMs: resources.callbackRetryMs } : {}),
      ...(resources.callbackTimeoutMs ? { timeoutMs: resources.callbackTimeoutMs } : {}),
    });
  }

  /** The codebase companyinfo announces, without its slash. */
  get codebase(): string {
    return this.codebases.at(-1) ?? 'v2025_1';
  }

  /** The vendor's upgrade night: from now on only the new codebase answers. */
  moveCodebase(codebase: string): void {
    this.codebases = [codebase];
  }

  /** True for paths that are ours. */
  owns(path: string): boolean {
    return path.startsWith('/login/companyinfo/') || /^\/v\d[\w]*\/(apis\/3\.0\/|\/system\/callbackkey\/)/i.test(path);
  }

  /** Answers a request; under `quirks.callbackBeforeAnswer` a write waits for its callbacks. */
  handle(request: ApiRequest): ApiReply | Promise<ApiReply> {
    const reply = this.#reply(request);
    if (!this.#quirks.callbackBeforeAnswer || request.method === 'GET') return reply;
    return this.callbacks.idle().then(() => reply);
  }

  #reply(request: ApiRequest): ApiReply {
    if (this.#quirks.strictTls) return { status: 403, body: { code: 'Security', message: 'SSL is required.', errors: null } };
    const company = /^\/login\/companyinfo\/([^/]+)\/?$/.exec(request.path)?.[1];
    if (company !== undefined) return this.#companyInfo(decodeURIComponent(company));
    const [, codebase = '', rest = ''] = /^\/([^/]+)\/(.*)$/.exec(request.path) ?? [];
    if (rest.startsWith('/system/callbackkey/')) return this.#callbackKey(request);
    if (!this.codebases.includes(codebase))
      return { status: 404, body: { code: 'ConnectWiseApi', message: 'The endpoint does not exist.' } };
    const reply = this.#api(request, { codebase, path: rest.replace(/^apis\/3\.0\//i, '') });
    return { ...reply, headers: { 'api-current-version': '2025.1', ...reply.headers } };
  }

  #companyInfo(companyId: string): ApiReply {
    if (companyId.toLowerCase() !== this.account.companyId.toLowerCase())
      return { status: this.#quirks.companyinfo404 ? 404 : 200, body: null };
    return {
      status: 200,
      body: {
        CompanyName: this.account.companyName,
        Codebase: `${this.codebase}/`,
        VersionCode: this.codebase.replace('_', '.'),
        VersionNumber: 'v4.6.92281',
        CompanyID: this.account.companyId,
        IsCloud: 'True',
      },
    };
  }

  #callbackKey(request: ApiRequest): ApiReply {
    const refusal = this.#quirks.callbackKeyNeedsAuth ? this.#refusal(request) : undefined;
    if (refusal) return refusal;
    if (request.query.get('id') !== this.callbacks.keyId) return { status: 404, body: { code: 'NotFound', message: 'Key not found' } };
    return { status: 200, body: { signing_key: this.callbacks.signingKey } };
  }

  /** The answer to a request that may not come in: wrong keys, or no clientId. */
  #refusal(request: ApiRequest): ApiReply | undefined {
    const { companyId, publicKey, privateKey } = this.account;
    const given = /^Basic\s+(.+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
    if (given === undefined) return { status: 401, body: { code: 'Unauthorized', message: 'Authorization is required.' } };
    const [user = '', ...secret] = Buffer.from(given, 'base64').toString('utf8').split(':');
    const isKnown = user.toLowerCase() === `${companyId}+${publicKey}`.toLowerCase() && secret.join(':') === privateKey;
    if (!isKnown) {
      return this.#quirks.badAuth404
        ? { status: 404, body: { code: 'NotFound', message: 'Not found' } }
        : { status: 401, body: { code: 'Unauthorized', message: 'Incorrect public/private key' } };
    }
    if (!headerOf(request, 'clientid')) return { status: 403, body: { code: 'Security', message: 'A clientId header is required.' } };
    return undefined;
  }

  #api(request: ApiRequest, at: { codebase: string; path: string }): ApiReply {
    const throttled = this.throttle.admit();
    if (throttled) return throttled;
    if (at.path.toLowerCase() === 'system/info' && request.method === 'GET') return systemInfo();
    const refusal = this.#refusal(request);
    if (refusal) return refusal;
    try {
      const route = routeOf(at.path);
      if (!route) throw noEndpoint();
      const base = `${request.origin}/${at.codebase}/apis/3.0`;
      requireJson(request);
      if (route.entity.name === 'ticketConfiguration')
        return ticketConfigurationsReply(this.store, { request, route, base, actor: this.account.apiMember });
      if (route.entity.name === 'contactCommunication')
        return communicationsReply(this, { request, route, base, context: this.#context(request) });
      return this.#serve(request, route, base);
    } catch (error) {
      if (error instanceof ConnectWiseError) return { status: error.status, body: error.body };
      throw error;
    }
  }

  #context(request: ApiRequest): WriteContext {
    const version = /version=(\d+)\.\d+/.exec(headerOf(request, 'accept') ?? '')?.[1];
    return { actor: this.account.apiMember, raw: request.body, identifierMax: version !== undefined && Number(version) < 2025 ? 25 : 30 };
  }

  #serve(request: ApiRequest, route: Route, base: string): ApiReply {
    const { entity } = route;
    const allowed = METHODS[route.kind];
    const isReading = request.method === 'GET' || route.kind === 'search';
    const isRefused = entity.refuses?.some((method) => method === request.method) === true && !isReading;
    if (!allowed.includes(request.method) || isRefused || (entity.isReadOnly && !isReading)) {
      return {
        status: 405,
        body: { code: 'ConnectWiseApi', message: `The requested resource does not support http method '${request.method}'.` },
      };
    }
    this.#requireParent(route);
    switch (route.kind) {
      case 'count':
        return { status: 200, body: { count: this.#rows(route, parameters(request.query)).length } };
      case 'merge': {
        const body = objectBody(parseJson(request.body), 'CompanyMerge');
        return { status: 200, body: mergeCompany(this.store, { fromId: route.id ?? 0, body, actor: this.account.apiMember }) };
      }
      case 'search':
        return this.#search(request, route, base);
      case 'list':
        return request.method === 'GET'
          ? this.#list(request, route, { base, given: parameters(request.query) })
          : this.#create(request, route, base);
      case 'record':
        return this.#record(request, route, base);
    }
  }

  #requireParent(route: Route): void {
    const parent = route.entity.parent;
    if (!parent || route.parentId === undefined || this.store.get(parent.entity, route.parentId)) return;
    throw recordNotFound(parent.entity === 'board' ? 'Board' : entityOf(parent.entity).label, route.parentId);
  }

  #rows(route: Route, given: Parameters): Row[] {
    const test = rowTest(this.store, route.entity, given);
    const rows = DERIVED[route.entity.name]?.(this.store) ?? this.store.all(route.entity.name);
    return rows.filter((row) => belongs(route, row) && test(row));
  }

  #list(request: ApiRequest, route: Route, options: { base: string; given: Parameters }): ApiReply {
    const found = this.#rows(route, options.given);
    const rows = ordered(this.store, route.entity, { rows: found, orderBy: options.given.orderBy ?? null });
    const origin = this.#quirks.linkHost ? `https://${this.#quirks.linkHost}` : request.origin;
    const page = pageOf(request, rows, { linkOrigin: origin, isLinkAlways: this.#quirks.forwardOnlyLinkAlways });
    if (page.isForwardOnly && this.#quirks.forwardOnlyRefusesOrderBy && options.given.orderBy)
      throw badCondition('orderBy is not allowed with forward-only pagination.');
    const fields = request.query.get('fields');
    if (fields && this.#quirks.unknownFieldsRefused) refuseUnknownFields(route.entity, fields);
    const body = page.rows.map((row) => this.#shown(route, row, { base: options.base, fields }));
    return page.link ? { status: 200, headers: { link: page.link }, body } : { status: 200, body };
  }

  #search(request: ApiRequest, route: Route, base: string): ApiReply {
    const body = objectBody(parseJson(request.body), 'FilterValues');
    const given: Parameters = {};
    for (const [name, value] of Object.entries(body)) {
      const key = SEARCH_MEMBERS[name.toLowerCase()];
      if (!key) throw badBody(`Could not find member '${name}' on object of type 'FilterValues'. Path '${name}'.`);
      if (typeof value === 'string') given[key] = value;
    }
    return this.#list(request, route, { base, given });
  }

  #create(request: ApiRequest, route: Route, base: string): ApiReply {
    const body = objectBody(parseJson(request.body), route.entity.typeName);
    const parentId = route.parentId ?? parentIn(body, route);
    const row = this.records.create(route.entity.name, body, {
      ...this.#context(request),
      ...(parentId === undefined ? {} : { parentId }),
    });
    // Remembered so that key_url names the host by which the subscriber knows us.
    if (route.entity.name === 'callback') row.values['_origin'] = request.origin;
    return { status: 201, body: this.#shown(route, row, { base, fields: request.query.get('fields') }) };
  }

  #record(request: ApiRequest, route: Route, base: string): ApiReply {
    const { entity, id = 0 } = route;
    const row =
      DERIVED[entity.name]?.(this.store).find((other) => other.id === id && belongs(route, other)) ?? this.store.get(entity.name, id);
    if (!row || !belongs(route, row)) throw recordNotFound(entity.label, id);
    const context = this.#context(request);
    if (request.method === 'DELETE') {
      const heir = entity.name === 'contact' ? request.query.get('transferContactId') : null;
      if (heir !== null) transferContact(this.store, { fromId: id, toId: Number(heir), actor: context.actor });
      this.records.remove(entity.name, id, context);
      return { status: 204 };
    }
    const saved =
      request.method === 'PATCH'
        ? this.records.patch(entity.name, id, { operations: parseJson(request.body), context })
        : request.method === 'PUT'
          ? this.records.replace(entity.name, id, { body: objectBody(parseJson(request.body), entity.typeName), context })
          : row;
    return { status: 200, body: this.#shown(route, saved, { base, fields: request.query.get('fields') }) };
  }

  #shown(route: Route, row: Row, options: { base: string; fields: string | null }): Json {
    return pickFields(
      viewOf({ store: this.store, base: options.base, unset: this.#quirks.unsetReferences }, route.entity, row),
      options.fields,
    );
  }
}

const METHODS: Readonly<Record<Route['kind'], readonly string[]>> = {
  list: ['GET', 'POST'],
  count: ['GET'],
  search: ['POST'],
  merge: ['POST'],
  record: ['GET', 'PUT', 'PATCH', 'DELETE'],
};

/** Refuses a body that says it is something else than JSON; documents, which would be multipart, are not emulated. */
function requireJson(request: ApiRequest): void {
  const type = headerOf(request, 'content-type')?.split(';')[0]?.trim();
  if (request.body === '' || type === undefined || /[/+]json$/i.test(type)) return;
  throw new ConnectWiseError(415, {
    code: 'ConnectWiseApi',
    message: `The request entity's media type '${type}' is not supported for this resource.`,
  });
}

/** The parent named in the body, where the path names none. */
function parentIn(body: Json, { entity, parentMember }: Route): number | undefined {
  if (parentMember === undefined) return undefined;
  const id = isObject(body[parentMember]) ? refId({ id: Number(body[parentMember]['id']) }) : undefined;
  if (id !== undefined && !Number.isNaN(id)) return id;
  throw invalidObject(entity.resource, [
    { code: 'MissingRequiredField', message: `The ${parentMember} field is required.`, resource: entity.resource, field: parentMember },
  ]);
}

/** Rows that are not stored but worked out from others. */
const DERIVED: Readonly<Record<string, (store: Store) => Row[]>> = { ticketAllNote: allNotes };

interface Parameters {
  conditions?: string;
  childConditions?: string;
  customFieldConditions?: string;
  orderBy?: string;
}

const SEARCH_MEMBERS: Record<string, keyof Parameters> = {
  conditions: 'conditions',
  childconditions: 'childConditions',
  customfieldconditions: 'customFieldConditions',
  orderby: 'orderBy',
};

/** The condition parameters of a query string; their names are matched without regard to case. */
function parameters(query: URLSearchParams): Parameters {
  const found: Parameters = {};
  for (const [name, value] of query) {
    const key = SEARCH_MEMBERS[name.toLowerCase()];
    if (key) found[key] = value;
  }
  return found;
}

function belongs(route: Route, row: Row): boolean {
  if (route.only && row.values[route.only.field] !== route.only.value) return false;
  if (!route.entity.parent || route.parentId === undefined) return true;
  const value = row.values[route.entity.parent.field];
  return (isObject(value) ? refId(value) : value) === route.parentId;
}

function systemInfo(): ApiReply {
  return {
    status: 200,
    body: {
      version: 'v2025.1.92281',
      isCloud: true,
      serverTimeZone: 'Eastern Standard Time',
      licenseBits: [],
      cloudRegion: 'NA',
      maxWorkFlowRecordsAllowed: 2000,
    },
  };
}
