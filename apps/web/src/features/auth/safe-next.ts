/** The path to go to after signing in: only ever one of this instance, else the home page. */
export function safeNext(next: string | undefined): string {
  if (!next || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/';
  const url = URL.parse(next, 'http://here.invalid');
  return url && url.host === 'here.invalid' ? `${url.pathname}${url.search}${url.hash}` : '/';
}
