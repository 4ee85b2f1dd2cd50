import { isObject, type ApiRequest, type Json } from '../http.ts';
import { requestError } from './errors.ts';

const NO_BODY = 'The HTTP entity body is required, but this request has no entity body.';

/** The JSON object of a request, or JSON_PARSER_ERROR. */
export function readJson(request: ApiRequest): Json {
  if (request.body.trim() === '') throw requestError(400, 'JSON_PARSER_ERROR', NO_BODY);
  let value: unknown;
  try {
    value = JSON.parse(request.body);
  } catch (error) {
    throw requestError(400, 'JSON_PARSER_ERROR', error instanceof Error ? error.message : 'The body is not JSON');
  }
  if (isObject(value)) return value;
  throw requestError(400, 'JSON_PARSER_ERROR', 'Json Deserialization failed on the body: an object is expected');
}
