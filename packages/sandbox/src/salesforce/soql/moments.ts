/** Epoch milliseconds of a date or of a datetime in any of the forms Salesforce reads or writes. */
export function momentOf(text: string): number {
  return Date.parse(text.includes('T') ? text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2') : text);
}
