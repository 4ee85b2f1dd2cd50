/**
 * The address a vendor sends people back to after they have signed in. It is registered at the vendor, character by
 * character, so it is made from the configured public address and never from what a request says of itself.
 */
export function callbackAddress(publicUrl: string): string {
  return new URL('/api/oauth/callback', publicUrl).href;
}
