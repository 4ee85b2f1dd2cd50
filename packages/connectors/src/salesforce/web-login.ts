/** Signing in with a browser: the web server flow with PKCE, for an app of the installer's own (help.salesforce.com, "OAuth 2.0 Web Server Flow"). */
import { doNotRetry, type CallContext, type ConnectionValues, type OAuthDefinition } from '@weft/connector-kit';
import { apiVersion, orgOrigin } from './auth.ts';
import { requestGrant } from './token.ts';

export const webLogin: OAuthDefinition = {
  scheme: {
    id: 'webLogin',
    title: 'Sign in with a browser',
    fields: [
      {
        name: 'signInUrl',
        label: 'Sign in at',
        kind: 'text',
        required: true,
        initial: 'https://login.salesforce.com',
        help: 'The org’s My Domain, or login.salesforce.com; test.salesforce.com for a sandbox.',
      },
      {
        name: 'clientId',
        label: 'Consumer key',
        kind: 'text',
        required: true,
        help: 'Of an External Client App with the callback address of this installation.',
      },
      { name: 'clientSecret', label: 'Consumer secret', kind: 'secret', required: false, help: 'Unless the app does without.' },
      apiVersion,
    ],
  },
  obtained: ['refreshToken', 'instanceUrl'],
  authorizeUrl(values, request) {
    const url = new URL('/services/oauth2/authorize', orgOrigin(values['signInUrl'] ?? ''));
    // Salesforce takes a challenge for S256 and knows no parameter that says so.
    url.search = new URLSearchParams({
      response_type: 'code',
      client_id: requiredKey(values),
      redirect_uri: request.redirectUri,
      scope: 'api refresh_token',
      state: request.state,
      code_challenge: request.codeChallenge,
    }).toString();
    return url.href;
  },
  async exchangeCode(context: CallContext, values: ConnectionValues, answer) {
    const { clientSecret = '' } = values;
    const form = {
      grant_type: 'authorization_code',
      code: answer.code,
      client_id: requiredKey(values),
      ...(clientSecret === '' ? {} : { client_secret: clientSecret }),
      redirect_uri: answer.redirectUri,
      code_verifier: answer.codeVerifier,
    };
    // A code is good for one time.
    const token = await requestGrant(context, { origin: orgOrigin(values['signInUrl'] ?? ''), form, isRepeatable: false });
    if (token.refresh_token === undefined)
      throw doNotRetry(
        'Salesforce gave no refresh token. Add the scope "Perform requests at any time (refresh_token, offline_access)" to the app.',
        {
          code: 'refreshToken_missing',
          detail: { field: 'clientId' },
        },
      );
    return { refreshToken: token.refresh_token, instanceUrl: new URL(token.instance_url).origin };
  },
};

function requiredKey(values: ConnectionValues): string {
  const { clientId = '' } = values;
  if (clientId === '') throw doNotRetry('The consumer key is missing.', { code: 'clientId_missing', detail: { field: 'clientId' } });
  return clientId;
}
