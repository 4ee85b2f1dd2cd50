/**
 * Live look-ups in a connected account: what the builder offers while a workflow is made.
 */
import { countBacklog, runExamples } from '@weft/connector-kit';
import { invalid } from '@weft/errors';
import type { Choice, ChoicePage, RecordField } from '@weft/workflow';
import { openCall } from '../triggers/trigger-calls.ts';
import type { CallMeans } from '../triggers/trigger-calls.ts';
import type { ChoicesRequest, ExamplesRequest, FieldValuesRequest, FieldsRequest, ObjectsRequest } from './contract.ts';
import type { ConnectionMeans } from './account-store.ts';

const LOOKUP_TIMEOUT_MS = 20_000;

/** Values of a drop-down. */
export async function lookupChoices(means: CallMeans, request: ChoicesRequest): Promise<ChoicePage> {
  const { connector, context } = await openCall(means, { ...request, connectionId: request.connectionId, timeoutMs: LOOKUP_TIMEOUT_MS });
  if (!connector.choices) throw invalid('no_choices', `${connector.title} offers no choices for "${request.property}".`);
  const { operation, property, values, search, page } = request;
  const want = { operation, property, values, ...(search === undefined ? {} : { search }) };
  if (!connector.choicePage) return { choices: await connector.choices(context, want) };
  return connector.choicePage(context, { ...want, ...(page === undefined ? {} : { page }) });
}

/** Values that a field of a record can have. */
export async function lookupFieldValues(means: ConnectionMeans, request: FieldValuesRequest): Promise<ChoicePage> {
  const { workspaceId: _workspace, connectionId: _connection, ...want } = request;
  const { connector, context } = await openCall(means, {
    ...request,
    connector: await connectorOf(means, request),
    timeoutMs: LOOKUP_TIMEOUT_MS,
  });
  return connector.fieldValues ? connector.fieldValues(context, want) : { choices: [] };
}

/** Fields of a vendor's object. */
export async function lookupFields(means: ConnectionMeans, request: FieldsRequest): Promise<readonly RecordField[]> {
  const { connector, context } = await openCall(means, {
    ...request,
    connector: await connectorOf(means, request),
    timeoutMs: LOOKUP_TIMEOUT_MS,
  });
  return connector.fields ? connector.fields(context, request.object) : [];
}

/** Objects of a vendor that can be mapped to. */
export async function lookupObjects(means: ConnectionMeans, request: ObjectsRequest): Promise<readonly Choice[]> {
  const { connector, context } = await openCall(means, {
    ...request,
    connector: await connectorOf(means, request),
    timeoutMs: LOOKUP_TIMEOUT_MS,
  });
  return connector.objects ? connector.objects(context) : [];
}

/** A few recent payloads of a trigger, for mapping before anything ran. */
export async function triggerExamples(means: CallMeans, request: ExamplesRequest): Promise<readonly unknown[]> {
  const { connector, context } = await openCall(means, { ...request, connectionId: request.connectionId, timeoutMs: LOOKUP_TIMEOUT_MS });
  return runExamples(connector, request.operation, { context, input: request.input });
}

/** About how many runs begin at once when a trigger is switched on for the first time; null when it cannot tell. */
export async function triggerBacklog(means: CallMeans, request: ExamplesRequest): Promise<number | null> {
  const { connector, context } = await openCall(means, { ...request, connectionId: request.connectionId, timeoutMs: LOOKUP_TIMEOUT_MS });
  return (await countBacklog(connector, request.operation, { context, input: request.input })) ?? null;
}

async function connectorOf(
  means: ConnectionMeans,
  place: { readonly workspaceId: string; readonly connectionId: string },
): Promise<string> {
  return (await means.connections.open(place.workspaceId, place.connectionId)).connector.id;
}
