/** All the ways to connect an account of a connector. */
import type { AuthSchemeInfo, ConnectorDefinition } from './connector.ts';

/** The schemes of a form alone, then signing in with a browser where the connector offers it. */
export function authSchemes(connector: ConnectorDefinition): readonly AuthSchemeInfo[] {
  const { auth, oauth } = connector;
  return oauth === undefined ? auth : [...auth, { ...oauth.scheme, signIn: 'browser' }];
}
