/** Paths as JavaScript reads them. Pure. */

/** Whether a key can stand behind a dot. */
export function isPlainName(key: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(key);
}

/**
 * A row of the data tree as JavaScript: `steps.company.record["Odd key"]`. What may be missing when the script runs is
 * asked for with `?.`.
 */
export function jsPath(root: string, keys: readonly (string | number)[], isCertain: boolean): string {
  const [first, ...rest] = keys;
  const start = first === undefined ? root : `${root}${isCertain ? member(first, '') : member(first, '?.')}`;
  return rest.reduce<string>((path, key) => path + member(key, ''), start);
}

function member(key: string | number, link: '' | '?.'): string {
  if (typeof key === 'string' && isPlainName(key)) return `${link === '' ? '.' : link}${key}`;
  return `${link}[${JSON.stringify(key)}]`;
}
