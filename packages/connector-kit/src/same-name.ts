/** How names, web addresses and phone numbers are compared when a record is looked for in another system. */

const LEGAL_FORMS = 'inc|incorporated|llc|llp|ltd|limited|gmbh|corp|corporation|co|company|plc|ag|bv|nv|sa|sarl|srl|pty|oy|ab|kg|ug';
/** At the end only: "SA Power" is not "Power". Several may follow each other: "Pty Ltd", "GmbH & Co KG". */
const TRAILING_FORMS = new RegExp(`( (${LEGAL_FORMS}|and))+$`);

/** A name as it is compared: folded to ASCII, without case, punctuation and legal form. A name without letters is compared as it is written. */
export function normalName(name: string): string {
  const plain = foldToAscii(name)
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/['’.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const bare = plain.replace(/^the /, '').replace(TRAILING_FORMS, '').trim();
  return bare || plain || name.trim();
}

/** The word of a name by which candidates are asked for: its longest, as written. */
export function telltaleWord(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const telling = words.filter((word) => !new RegExp(`^(${LEGAL_FORMS}|the|and)$`, 'i').test(word));
  return (telling.length > 0 ? telling : words).reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** Hosts that many share: a page there tells nothing of whose it is. */
const SHARED_HOSTS =
  /^(?:[a-z]{2}\.)?(?:facebook|linkedin|instagram|twitter|x|youtube|google|gmail|googlemail|outlook|hotmail|live|yahoo|icloud|aol|gmx)\.[a-z.]{2,6}$/;

/** The host of a web address as it is compared, or undefined: also for one that many share. */
export function webDomain(website: unknown): string | undefined {
  if (typeof website !== 'string' || website.trim() === '') return undefined;
  const url = URL.parse(/^https?:\/\//i.test(website.trim()) ? website.trim() : `https://${website.trim()}`);
  const host = url?.hostname.replace(/^www\./, '');
  // What is no address at all, such as a path, must not make two companies one.
  return host !== undefined && /^[^.]+(\.[^.]+)+$/.test(host) && !SHARED_HOSTS.test(host) ? host : undefined;
}

/** A text in plain ASCII letters, as far as its letters have such. */
export function foldToAscii(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/[æÆ]/g, 'ae')
    .replace(/[øØ]/g, 'o')
    .replace(/[łŁ]/g, 'l');
}

/** The digits by which phone numbers are compared: the last ten, without country and trunk codes. Empty for what is no number. */
export function phoneDigits(phone: unknown): string {
  const digits =
    typeof phone === 'string' || typeof phone === 'number'
      ? String(phone)
          .replace(/(ext|x|#).*$/i, '')
          .replace(/\D/g, '')
      : '';
  return digits.length < 7 ? '' : digits.slice(-10);
}
