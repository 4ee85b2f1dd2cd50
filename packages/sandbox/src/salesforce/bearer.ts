import { headerOf, type ApiRequest } from '../http.ts';

/** The token of an Authorization header; REST clients say Bearer, CometD clients OAuth. */
export function bearerOf(request: ApiRequest): string | undefined {
  return /^(?:Bearer|OAuth)\s+(.+)$/i.exec(headerOf(request, 'authorization') ?? '')?.[1];
}
