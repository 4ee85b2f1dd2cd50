/** ConnectWise's company names and identifiers: how they are cut and made. */
import { foldToAscii } from '@weft/connector-kit';

/** ConnectWise takes 25 characters under API version 2022.1 and 30 under 2025.1: 25 fits both. */
export const IDENTIFIER_LENGTH = 25;
export const NAME_LENGTH = 50;

/** An identifier from a name: A–Z and digits. A name without any (another script) gives one made of its characters' codes. */
export function makeIdentifier(name: string): string {
  const plain = foldToAscii(name)
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
