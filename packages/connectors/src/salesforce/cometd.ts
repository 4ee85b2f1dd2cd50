/**
 * Change events over CometD (developer.salesforce.com, "Streaming API", replay extension): each look shakes hands,
 * subscribes behind the last event known, and goes. What happens in between is kept by the org for 72 hours.
 */
import { WeftError, type CallContext, type HttpResponse } from '@weft/connector-kit';
import { CLIENT_NAME } from './client.ts';
import { currentToken, tokenAfterRefusal, type SalesforceToken } from './token.ts';

/** How long the org may collect what is to be replayed. */
const HOLD_MS = 5000;

/** Begins with the oldest event that is kept. */
export const OLDEST = -2;

interface Message {
  readonly channel: string;
  readonly successful?: boolean;
  readonly error?: string;
  readonly clientId?: string;
  readonly data?: { readonly event?: { readonly replayId?: number }; readonly payload?: Readonly<Record<string, unknown>> };
}

/** One event: its place in the channel and what it says. */
export interface ChannelEvent {
  readonly replayId: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The events of a channel behind `after`, oldest first; perhaps not all. Undefined when the org no longer knows that place. */
export async function eventsAfter(context: CallContext, channel: string, after: number): Promise<readonly ChannelEvent[] | undefined> {
  const token = await currentToken(context);
  const first = await ask(context, token, { channel, after });
  if (!isRefused(first)) return first;
  const second = await ask(context, await tokenAfterRefusal(context, token.accessToken), { channel, after });
  if (isRefused(second))
    throw new WeftError({
      class: 'auth',
      code: 'session_refused',
      message: `Salesforce refuses the session for change events: ${second.refused}. Reconnect the account.`,
    });
  return second;
}

const isRefused = (answer: unknown): answer is { readonly refused: string } =>
  typeof answer === 'object' && answer !== null && 'refused' in answer;

async function ask(
  context: CallContext,
  token: SalesforceToken,
  { channel, after }: { channel: string; after: number },
): Promise<readonly ChannelEvent[] | undefined | { readonly refused: string }> {
  context.http.protect(token.accessToken);
  let cookie = '';
  const send = async (messages: readonly Readonly<Record<string, unknown>>[]): Promise<readonly Message[]> => {
    const response = await context.http.request({
      method: 'POST',
      url: `${token.instanceUrl}/cometd/${token.version}`,
      headers: {
        authorization: `OAuth ${token.accessToken}`,
        'sforce-call-options': `client=${CLIENT_NAME}`,
        ...(cookie === '' ? {} : { cookie }),
      },
      json: messages,
      repeatable: true,
    });
    cookie = cookiesOf(response) || cookie;
    if (response.status >= 500)
      throw new WeftError({
        class: 'transient',
        code: `http_${response.status}`,
        message: `Salesforce could not give change events just now (${response.status}).`,
      });
    return response.json() as readonly Message[];
  };
  const [hello] = await send([
    {
      channel: '/meta/handshake',
      version: '1.0',
      minimumVersion: '1.0',
      supportedConnectionTypes: ['long-polling'],
      ext: { replay: true },
    },
  ]);
  if (hello?.successful !== true || hello.clientId === undefined) return { refused: hello?.error ?? 'no reason given' };
  token.proven = true;
  const { clientId } = hello;
  const messages = await send([
    { channel: '/meta/subscribe', clientId, subscription: channel, ext: { replay: { [channel]: after } } },
    { channel: '/meta/connect', clientId, connectionType: 'long-polling', advice: { timeout: HOLD_MS } },
  ]);
  await send([{ channel: '/meta/disconnect', clientId }]).catch(() => undefined);
  const subscribed = messages.find((message) => message.channel === '/meta/subscribe');
  if (subscribed?.successful !== true) {
    if (/^400::.*replayId/i.test(subscribed?.error ?? '')) return undefined;
    throw new WeftError({
      class: 'invalid',
      code: 'channel_refused',
      message: `Salesforce gives no change events of ${channel}: ${subscribed?.error ?? 'no reason given'}. Select the object under Setup › Change Data Capture.`,
    });
  }
  return messages.flatMap(({ data }) =>
    data?.event?.replayId === undefined ? [] : [{ replayId: data.event.replayId, payload: data.payload ?? {} }],
  );
}

/** The cookies an answer sets, as a request sends them: they lead to the server that knows the client. */
function cookiesOf(response: HttpResponse): string {
  const set = response.headers['set-cookie'] ?? '';
  return [...set.matchAll(/(?:^|,\s*)([\w.!#$%&'*+^`|~-]+=[^;,]*)(?=;|,|$)/g)].map((match) => match[1]).join('; ');
}
