import { createHash, createHmac, randomBytes } from 'node:crypto';

/** A signed-in user behind an access token. */
export interface Session {
  userId: string;
  clientId: string;
  scope: string;
}

interface Code extends Session {
  challenge: string | undefined;
  redirectUri: string;
}

/** The saved form. */
export interface SessionState {
  sessions: [string, Session][];
  refreshTokens: [string, Session][];
  publicKey?: string;
}

/** Access tokens, refresh tokens and authorisation codes. */
export class Sessions {
  #sessions = new Map<string, Session>();
  #refreshTokens = new Map<string, Session>();
  #codes = new Map<string, Code>();
  /** PEM of the key, or of the certificate, that the app signs its assertions with. */
  #publicKey: string | undefined;
  readonly #orgId: string;
  #listener: () => void = () => {};

  constructor(orgId: string) {
    this.#orgId = orgId;
  }

  /** Calls back when a token is handed out or ended. */
  onChange(listener: () => void): void {
    this.#listener = listener;
  }

  open(session: Session): string {
    const token = `${this.#orgId.slice(0, 15)}!${randomBytes(48).toString('base64url')}`;
    this.#sessions.set(token, session);
    this.#listener();
    return token;
  }

  find(token: string): Session | undefined {
    return this.#sessions.get(token);
  }

  openRefresh(session: Session): string {
    const token = `5Aep861${randomBytes(40).toString('base64url')}`;
    this.#refreshTokens.set(token, session);
    this.#listener();
    return token;
  }

  findRefresh(token: string): Session | undefined {
    return this.#refreshTokens.get(token);
  }

  /** Exchanges a refresh token for a new one; the old one is worth nothing from then on. */
  rotateRefresh(token: string, session: Session): string {
    this.#refreshTokens.delete(token);
    return this.openRefresh(session);
  }

  get publicKey(): string | undefined {
    return this.#publicKey;
  }

  /** Registers the app's key for the JWT bearer flow. */
  registerKey(pem: string): void {
    this.#publicKey = pem;
    this.#listener();
  }

  openCode(code: Code): string {
    const text = `aPrx${randomBytes(30).toString('base64url')}`;
    this.#codes.set(text, code);
    return text;
  }

  /** Redeems a code once; undefined when unknown, used, or the verifier does not fit. */
  redeem(given: { code: string; verifier: string | undefined; redirectUri: string | undefined }): Session | undefined {
    const code = this.#codes.get(given.code);
    this.#codes.delete(given.code);
    if (!code || (given.redirectUri !== undefined && given.redirectUri !== code.redirectUri)) return undefined;
    if (code.challenge !== undefined) {
      const hash = createHash('sha256')
        .update(given.verifier ?? '')
        .digest('base64url');
      if (hash !== code.challenge) return undefined;
    }
    return { userId: code.userId, clientId: code.clientId, scope: code.scope };
  }

  /** Ends a session, or a refresh token and with it every session of that user and app. */
  revoke(token: string): boolean {
    this.#listener();
    const refresh = this.#refreshTokens.get(token);
    this.#refreshTokens.delete(token);
    if (!refresh) return this.#sessions.delete(token);
    for (const [access, session] of this.#sessions)
      if (session.userId === refresh.userId && session.clientId === refresh.clientId) this.#sessions.delete(access);
    return true;
  }

  /** Ends all sessions; refresh tokens stay good unless told otherwise. */
  expireAll(options: { isWithRefreshTokens?: boolean } = {}): void {
    this.#listener();
    this.#sessions.clear();
    if (options.isWithRefreshTokens) this.#refreshTokens.clear();
  }

  save(): SessionState {
    return {
      sessions: [...this.#sessions].slice(-200),
      refreshTokens: [...this.#refreshTokens].slice(-200),
      ...(this.#publicKey === undefined ? {} : { publicKey: this.#publicKey }),
    };
  }

  load(state: SessionState): void {
    this.#sessions = new Map(state.sessions);
    this.#refreshTokens = new Map(state.refreshTokens);
    this.#publicKey = state.publicKey;
  }
}

/** `signature` of a token answer: HMAC over id and issued_at. */
export function signatureOf(secret: string, id: string, issuedAt: string): string {
  return createHmac('sha256', secret)
    .update(id + issuedAt)
    .digest('base64');
}
