import { isObject, type ApiRequest, type Json } from '../http.ts';
import { requestError } from './errors.ts';

/** The JSON object of a request, or JSON_PARSER_ERROR. */
export function readJson(request: ApiRequest): Json {
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch (error) {
    throw requestError(400, 'JSON_PARSER_ERROR', error instanceof Error ? error.message : 'The body is not JSON');
  }
  if (isObject(value)) return value;
  throw requestError(400, 'JSON_PARSER_ERROR', 'The HTTP entity body is required, but this request has no entity body.');
}
