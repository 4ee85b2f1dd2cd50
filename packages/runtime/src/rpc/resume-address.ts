/** The address of a wait, for people: it can be made only where the master key is. */
import { notFound } from '@weft/errors';
import type { SecretBox } from '../secrets/sealed-box.ts';
import { resumeToken, resumeTokenHash, resumeUrl } from '../waits/resume-token.ts';
import type { ResumeAddressRequest } from './contract.ts';

/** Makes the address. Throws `notFound` when the master key has changed since the wait was registered. */
export function resumeAddress(
  means: { readonly box: SecretBox; readonly publicUrl: string },
  request: ResumeAddressRequest,
): { readonly url: string } {
  const token = resumeToken(means.box, request);
  if (resumeTokenHash(token) === request.tokenHash) return { url: resumeUrl(means.publicUrl, token) };
  throw notFound(
    'address_gone',
    'The address of this wait cannot be shown: the encryption key has changed since. Let the run go on by hand instead.',
  );
}
