/** How good a password is, in four steps; length counts most. Only a hint: the server asks for the length alone. */
export function passwordStrength(password: string, minLength: number): { readonly steps: 0 | 1 | 2 | 3 | 4; readonly words: string } {
  const length = password.length;
  if (length === 0) return { steps: 0, words: `At least ${minLength} characters` };
  if (length < minLength) return { steps: 1, words: `${length} of ${minLength} characters` };
  const isVaried = new Set(password).size >= 8;
  if (!isVaried) return { steps: 1, words: `${length} characters, but few different ones` };
  if (length >= 18) return { steps: 4, words: `${length} characters, very good` };
  return length >= 14 ? { steps: 3, words: `${length} characters, good` } : { steps: 2, words: `${length} characters, fair` };
}
