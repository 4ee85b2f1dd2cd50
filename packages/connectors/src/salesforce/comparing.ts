/** Values as records are matched by them: spelling, punctuation and legal form do not make another company or person. */
import { soqlCondition } from './soql.ts';

/** How two values are compared. */
export const COMPARISONS = ['exact', 'email', 'domain', 'phone', 'name'] as const;
export type Comparison = (typeof COMPARISONS)[number];

const LEGAL_FORMS = 'inc|incorporated|llc|llp|ltd|limited|gmbh|corp|corporation|co|company|plc|ag|bv|nv|sa|sarl|srl|pty|oy|ab|kg|ug';
const TRAILING_FORMS = new RegExp(`( (${LEGAL_FORMS}|and))+$`);
/** Fewer digits are an extension, not a telephone. */
const MIN_DIGITS = 7;
const COMPARED_DIGITS = 10;
/** Hosts many share: they tell nothing of a company. */
const SHARED_HOSTS =
  /^(gmail|googlemail|outlook|hotmail|live|msn|yahoo|icloud|me|aol|gmx|web|proton|protonmail|mail)\.(com|net|de|at|ch|me|org|co\.uk|fr|it|es)$/;

/** The form in which a value is compared; undefined when it says too little to compare by. */
export function comparable(value: unknown, comparison: Comparison): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value).trim() : '';
  if (text === '') return undefined;
  switch (comparison) {
    case 'exact':
      return text.toLowerCase();
    case 'email':
      return /^[^\s@]+@[^\s@]+$/.test(text) ? text.toLowerCase() : undefined;
    case 'domain':
      return domainOf(text);
    case 'phone': {
      const digits = text.replace(/(ext|x|#).*$/i, '').replace(/\D/g, '');
      return digits.length < MIN_DIGITS ? undefined : digits.slice(-COMPARED_DIGITS);
    }
    case 'name':
      return nameOf(text);
  }
}

function domainOf(text: string): string | undefined {
  const host = text.includes('@') && !text.includes('/') ? text.slice(text.lastIndexOf('@') + 1) : text;
  const url = URL.parse(/^[a-z]+:\/\//i.test(host) ? host : `https://${host}`);
  const domain = url?.hostname.replace(/^www\d?\./, '').replace(/\.$/, '');
  return domain === undefined || !domain.includes('.') || SHARED_HOSTS.test(domain) ? undefined : domain;
}

function nameOf(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/ß/g, 'ss')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/['’.]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  const bare = plain.replace(/^the /, '').replace(TRAILING_FORMS, '').trim();
  return bare !== '' ? bare : plain !== '' ? plain : text.toLowerCase();
}

/** A SOQL condition every record that compares equal meets. It lets others through: they are compared again. */
export function roughCondition(field: string, value: unknown, compare: { comparison: Comparison; type: string | undefined }): string {
  const key = comparable(value, compare.comparison) ?? '';
  const typeOf = (): string | undefined => compare.type;
  switch (compare.comparison) {
    case 'exact':
      return soqlCondition({ field, operator: '=', value: typeof value === 'string' ? value.trim() : value }, typeOf);
    case 'email':
      return soqlCondition({ field, operator: '=', value: key }, typeOf);
    case 'domain':
      return soqlCondition({ field, operator: 'contains', value: key }, typeOf);
    case 'phone':
      // Between two digits of a written number may stand anything; the last seven are the subscriber's.
      return `${field} LIKE '%${Array.from(key.slice(-MIN_DIGITS)).join('%')}%'`;
    case 'name':
      return soqlCondition({ field, operator: 'contains', value: telltaleWord(String(value)) }, typeOf);
  }
}

/** The longest run of plain letters and digits of a name, as written: accents and punctuation may differ between two spellings. */
function telltaleWord(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
  const telling = words.filter((word) => !new RegExp(`^(${LEGAL_FORMS}|the|and)$`, 'i').test(word));
  const plain = telling.filter((word) => /^[\x20-\x7e]+$/.test(word));
  const [choice] = [plain, telling, words].filter((list) => list.length > 0);
  return (choice ?? [name.trim()]).reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}
