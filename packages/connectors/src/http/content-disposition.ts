/** The name under which a service offers a file. */

/** The file name of a `Content-Disposition` header (RFC 6266) as the service wrote it: not yet fit to be used as a name. */
export function fileNameOf(disposition: string | undefined): string | undefined {
  if (disposition === undefined) return undefined;
  return extended(disposition) ?? plain(disposition);
}

/** `filename*=UTF-8''na%C3%AFve.txt` (RFC 8187) wins over the plain form, which is there for old readers. */
function extended(disposition: string): string | undefined {
  const [, charset = '', encoded = ''] = /;\s*filename\*\s*=\s*([\w-]*)'[^']*'([^;\s]+)/i.exec(disposition) ?? [];
  if (encoded === '') return undefined;
  const bytes = encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  try {
    return new TextDecoder(charset, { fatal: true }).decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  } catch {
    return undefined; // An unknown charset or broken bytes: the plain name is still there.
  }
}

function plain(disposition: string): string | undefined {
  const [, quoted, bare] = /;\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition) ?? [];
  const name = quoted === undefined ? bare : unescaped(quoted);
  return name === undefined || name === '' ? undefined : asUtf8(name);
}

/** Only quotes and backslashes are escaped; before anything else a backslash is one of a Windows path. */
function unescaped(quoted: string): string {
  return quoted.replace(/\\(["\\])/g, '$1');
}

/** Header values arrive byte by byte; most services write UTF-8 into them, whatever the standard says. */
function asUtf8(name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(name, (char) => char.charCodeAt(0)));
  } catch {
    return name; // Latin-1 after all.
  }
}
