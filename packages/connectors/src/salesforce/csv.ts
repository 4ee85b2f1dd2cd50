/** CSV as Bulk API 2.0 reads and writes it (RFC 4180; developer.salesforce.com, "Prepare CSV Files"). */

/** What a cell says to clear a field; an empty one leaves it. */
export const NULL_CELL = '#N/A';

/** Lines of quoted cells, ended by LF. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(quoted).join(',')}\n`).join('');
}

const quoted = (cell: string): string => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
