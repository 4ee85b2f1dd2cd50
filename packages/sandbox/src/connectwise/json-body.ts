import { isObject, type Json } from '../http.ts';
import { badBody } from './errors.ts';

/** The request body as JSON, or the vendor's 400. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badBody('The request body is not valid JSON.');
  }
}

/** The JSON object of a request body, or the vendor's 400. */
export function objectBody(body: unknown, typeName: string): Json {
  if (isObject(body)) return body;
  const given = Array.isArray(body) ? 'the current JSON array (e.g. [1,2,3])' : `the value ${JSON.stringify(body)}`;
  throw badBody(
    `Cannot deserialize ${given} into type '${typeName}' because the type requires a JSON object (e.g. {"name":"value"}) to deserialize correctly.`,
  );
}
