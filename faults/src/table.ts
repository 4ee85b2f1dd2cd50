/** Lines with columns, as wide as their longest cells. */
export function printTable(head: readonly string[], lines: readonly (readonly string[])[], say: (line: string) => void): void {
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => (line[column] ?? '').length)));
  say('');
  for (const line of [head, ...lines]) {
    const cells = line.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    say(cells.join('  ').trimEnd());
  }
}
