/** Company names and identifiers: how they are compared, cut and made. */

const LEGAL_FORMS = 'inc|incorporated|llc|llp|ltd|limited|gmbh|corp|corporation|co|company|plc|ag|bv|nv|sa|sarl|srl|pty|oy|ab|kg|ug';
/** At the end only: "SA Power" is not "Power". Several may follow each other: "Pty Ltd", "GmbH & Co KG". */
const TRAILING_FORMS = new RegExp(`( (${LEGAL_FORMS}|and))+$`);

/** A name as it is compared: folded to ASCII, without case, punctuation and legal form. Never empty for a name that has letters. */
export function normalName(name: string): string {
  const plain = fold(name)
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/['’.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const bare = plain.replace(/^the /, '').replace(TRAILING_FORMS, '').trim();
  return bare === '' ? plain : bare;
}

/** The word of a name by which candidates are asked for: its longest, as written. */
export function telltaleWord(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const telling = words.filter((word) => !new RegExp(`^(${LEGAL_FORMS}|the|and)$`, 'i').test(word));
  return (telling.length > 0 ? telling : words).reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** The registrable part of a web address as it is compared, or undefined. */
export function webDomain(website: unknown): string | undefined {
  if (typeof website !== 'string' || website.trim() === '') return undefined;
  const url = URL.parse(/^https?:\/\//i.test(website.trim()) ? website.trim() : `https://${website.trim()}`);
  return url?.hostname.replace(/^www\./, '');
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/ß/g, 'ss')
    .replace(/[æÆ]/g, 'ae')
    .replace(/[øØ]/g, 'o')
    .replace(/[łŁ]/g, 'l');
}

/** ConnectWise takes 25 characters under API version 2022.1 and 30 under 2025.1: 25 fits both. */
export const IDENTIFIER_LENGTH = 25;
export const NAME_LENGTH = 50;

/** An identifier from a name: A–Z and digits. A name without any (another script) gives one made of its characters' codes. */
export function makeIdentifier(name: string): string {
  const plain = fold(name)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  const codes = [...name]
    .map((character) => (character.codePointAt(0) ?? 0).toString(36))
    .join('')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  return (plain === '' ? `C${codes}` : plain).slice(0, IDENTIFIER_LENGTH);
}

/** The identifier to try in turn `attempt` (0 first): the tail gives way to a number. */
export function identifierVariant(identifier: string, attempt: number): string {
  if (attempt === 0) return identifier;
  const suffix = (attempt + 1).toString(36).toUpperCase();
  return identifier.slice(0, IDENTIFIER_LENGTH - suffix.length) + suffix;
}

/** Cuts a text to `max` characters, at a word where one ends in its last third. */
export function cutAtWord(text: string, max: number): string {
  const characters = [...text.trim()];
  if (text.trim().length <= max) return text.trim();
  let cut = '';
  for (const character of characters) {
    if (cut.length + character.length > max) break;
    cut += character;
  }
  const space = cut.lastIndexOf(' ');
  return (space > max * 0.66 ? cut.slice(0, space) : cut).replace(/[\s,;:–-]+$/u, '');
}
