import { headerOf, type ApiReply, type ApiRequest, type Json } from '../http.ts';
import type { Quirks } from '../quirks.ts';
import { BulkJobs } from './bulk/jobs.ts';
import { bulkReply } from './bulk/routes.ts';
import { collectionReply } from './collection-routes.ts';
import { compositeReply } from './composite.ts';
import { Cursors } from './cursors.ts';
import { methodNotAllowed, notFound, requestError, SalesforceError } from './errors.ts';
import { readJson } from './json-body.ts';
import { bearerOf } from './bearer.ts';
import { oauthReply, type SalesforceAccount } from './oauth.ts';
import { OutboundMessages } from './outbound/outbound-messages.ts';
import { sobjectReply } from './sobjects.ts';
import { describeShort } from './schema/describe.ts';
import { parameterizedSearch, searchBody } from './search.ts';
import { Sessions, type Session } from './sessions.ts';
import { soapReply } from './soap/routes.ts';
import { runSoql } from './soql/run.ts';
import { SalesforceStore } from './store.ts';
import { ChangeEvents } from './streaming/change-events.ts';
import { CometD } from './streaming/cometd.ts';
import { batchSizeOf, explainBody, isServed, limitsBody, resourceList, versionList } from './versions.ts';
import { treeReply } from './tree.ts';
import { recentRecords } from './view.ts';
import type { Call } from './call.ts';

const DAY_MS = 86_400_000;
const READ_ONLY = new Set(['query', 'queryAll', 'search', 'limits', 'recent']);

/** Salesforce: state, sessions, and the answer to each request. */
export class Salesforce {
  readonly account: SalesforceAccount;
  readonly store: SalesforceStore;
  readonly sessions: Sessions;
  /** Requests allowed in 24 hours, and used so far. */
  readonly quota: { limit: number; used: number; since: number };
  readonly changeEvents: ChangeEvents;
  readonly outbound: OutboundMessages;
  readonly #cometd: CometD;
  readonly #cursors = new Cursors();
  readonly #bulkJobs = new BulkJobs();
  readonly #quirks: Quirks;
  readonly #clock: () => number;

  constructor(resources: {
    account: SalesforceAccount;
    quirks: Quirks;
    clock: () => number;
    dailyRequests: number;
    origin: () => string;
    outboundRetryMs?: number;
  }) {
    this.account = resources.account;
    this.#quirks = resources.quirks;
    this.#clock = resources.clock;
    this.store = new SalesforceStore(resources.clock, resources.quirks);
    this.sessions = new Sessions(resources.account.orgId);
    this.changeEvents = new ChangeEvents(this.store, resources.quirks);
    this.#cometd = new CometD(this.changeEvents, this.sessions);
    this.outbound = new OutboundMessages({
      store: this.store,
      orgId: resources.account.orgId,
      origin: resources.origin,
      ...(resources.outboundRetryMs === undefined ? {} : { retryMs: resources.outboundRetryMs }),
    });
    this.quota = { limit: resources.dailyRequests, used: 0, since: resources.clock() };
  }

  /** True for paths that are ours. */
  owns(path: string): boolean {
    return path.startsWith('/services/') || path.startsWith('/id/') || path.startsWith('/cometd/');
  }

  /** Ends everything that waits or would be sent again. */
  close(): void {
    this.#cometd.close();
    this.outbound.close();
  }

  handle(request: ApiRequest): ApiReply | Promise<ApiReply> {
    if (request.path.startsWith('/cometd/')) return this.#cometd.handle(request);
    const path = request.path.replace(/\/+$/, '');
    if (path.startsWith('/services/oauth2') || path.startsWith('/id/')) {
      return oauthReply(
        { account: this.account, sessions: this.sessions, store: this.store, quirks: this.#quirks, clock: this.#clock },
        request,
      );
    }
    if (path === '/services/data') return { status: 200, body: versionList() };
    if (path.startsWith('/services/Soap/u/'))
      return soapReply({ store: this.store, sessions: this.sessions, quirks: this.#quirks }, request);
    return this.#counted(request);
  }

  #counted(request: ApiRequest): ApiReply {
    if (this.#clock() - this.quota.since >= DAY_MS) Object.assign(this.quota, { used: 0, since: this.#clock() });
    const reply = this.#guarded(request);
    return { ...reply, headers: { 'sforce-limit-info': `api-usage=${this.quota.used}/${this.quota.limit}`, ...reply.headers } };
  }

  #guarded(request: ApiRequest): ApiReply {
    try {
      const session = this.#quirks.alwaysExpired ? undefined : this.sessions.find(bearerOf(request) ?? '');
      if (!session) throw requestError(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
      if (this.quota.used >= this.quota.limit) throw requestError(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
      this.quota.used += 1;
      return this.#versioned(request, session);
    } catch (error) {
      if (error instanceof SalesforceError) return { status: error.status, body: error.problems };
      throw error;
    }
  }

  #versioned(request: ApiRequest, session: Session): ApiReply {
    const match = /^(\/services\/data\/v(\d+)\.0)(?:\/(.*?))?\/?$/.exec(request.path);
    const version = Number(match?.[2]);
    if (!match || !isServed(version)) throw notFound();
    // The header came with v52; before it duplicates could not be waved through.
    const isDuplicateAllowed = version >= 52 && /allowSave\s*=\s*true/i.test(headerOf(request, 'sforce-duplicate-rule-header') ?? '');
    const isAssignmentOff = /^\s*false\s*$/i.test(headerOf(request, 'sforce-auto-assign') ?? '');
    const call: Call = {
      request,
      session,
      version,
      versionPath: match[1] ?? '',
      store: this.store,
      write: { actor: session.userId, quirks: this.#quirks, isDuplicateAllowed, isAssignmentOff, origin: originOf(request, version) },
    };
    return this.#resource(call, match[3] ?? '');
  }

  #resource(call: Call, path: string): ApiReply {
    const { request, versionPath } = call;
    const [head = '', ...rest] = path.split('/');
    const isGet = request.method === 'GET';
    if (READ_ONLY.has(head) && !isGet) throw methodNotAllowed(request.method, ['GET', 'HEAD']);
    if (path === '' && isGet) return { status: 200, body: resourceList(versionPath) };
    if (head === 'limits' && isGet) return { status: 200, body: limitsBody(this.quota.used, this.quota.limit) };
    if ((head === 'query' || head === 'queryAll') && isGet)
      return this.#query(call, { locator: rest[0], isWithDeleted: head === 'queryAll' });
    if (head === 'search' && isGet) return { status: 200, body: searchBody(this.store, request.query.get('q') ?? '', versionPath) };
    if (path === 'parameterizedSearch') return { status: 200, body: parameterizedSearch(this.store, request, versionPath) };
    if (head === 'recent' && isGet) return { status: 200, body: this.#recent(call) };
    if (path === 'sobjects' && isGet) {
      return {
        status: 200,
        body: {
          encoding: 'UTF-8',
          maxBatchSize: 200,
          sobjects: this.store.schema.objects.map((object) => describeShort(object, versionPath)),
        },
      };
    }
    if (head === 'sobjects') return sobjectReply(call, rest.map(decodeURIComponent));
    if (path === 'composite' && request.method === 'POST') return this.#composite(call);
    if (head === 'jobs') return bulkReply(call, this.#bulkJobs, rest);
    const planted = head === 'composite' && rest[0] === 'tree' ? this.store.schema.find(rest[1] ?? '') : undefined;
    if (planted && request.method === 'POST') return treeReply(this.store, planted, { body: readJson(request), options: call.write });
    if (head === 'composite' && rest[0] === 'sobjects') return collectionReply(call, rest.slice(1).map(decodeURIComponent));
    throw notFound();
  }

  #recent(call: Call): Json[] {
    const limit = Number(call.request.query.get('limit') ?? 200) || 200;
    const options = { userId: call.session.userId, limit, versionPath: call.versionPath };
    return this.store.schema.objects
      .flatMap((object) => recentRecords(object, this.store.all(object.name), options))
      .toSorted((a, b) => (a.at < b.at ? 1 : -1))
      .slice(0, limit)
      .map((item) => item.shown);
  }

  #query(call: Call, given: { locator: string | undefined; isWithDeleted: boolean }): ApiReply {
    const { request, versionPath, session } = call;
    if (given.locator) return { status: 200, body: this.#cursors.next(given.locator, versionPath) };
    const explain = request.query.get('explain');
    const soql = explain ?? request.query.get('q');
    if (soql === null) throw requestError(400, 'MALFORMED_QUERY', "unexpected token: '<EOF>'");
    const result = runSoql(this.store, soql, { versionPath, isWithDeleted: given.isWithDeleted });
    if (explain !== null) return { status: 200, body: explainBody(result.object, this.store.all(result.object).length) };
    return { status: 200, body: this.#cursors.first(result, { userId: session.userId, size: batchSizeOf(request), versionPath }) };
  }

  #composite(call: Call): ApiReply {
    return compositeReply(this.store, readJson(call.request), (subrequest) => {
      const url = new URL(subrequest.url, 'http://inner');
      const request: ApiRequest = {
        ...call.request,
        method: subrequest.method,
        path: url.pathname,
        query: url.searchParams,
        body: subrequest.body,
      };
      try {
        return this.#versioned(request, call.session);
      } catch (error) {
        if (error instanceof SalesforceError) return { status: error.status, body: error.problems };
        throw error;
      }
    });
  }
}

/** `changeOrigin` of the changes a request makes: the interface and, when it names itself, the client. */
function originOf(request: ApiRequest, version: number): string {
  const client = /(?:^|[,;])\s*client\s*=\s*([^,;]+)/i.exec(headerOf(request, 'sforce-call-options') ?? '')?.[1];
  return `com/salesforce/api/rest/${version}.0${client ? `;client=${client.trim()}` : ''}`;
}
