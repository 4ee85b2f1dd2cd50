import { isObject, type Json } from '../http.ts';
import { badBody, badPatch } from './errors.ts';

/** The request body as JSON, or the vendor's 400. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badBody('The request body is not valid JSON.');
  }
}

/** The JSON object of a request body, or the vendor's 400. */
export function objectBody(body: unknown): Json {
  if (isObject(body)) return body;
  throw badPatch('The request body must be a JSON object.');
}
