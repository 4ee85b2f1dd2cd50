/** The search above a tree of data. */
import { Search } from 'lucide-react';

export function DataSearch({ query, onQuery }: { readonly query: string; onQuery(query: string): void }) {
  return (
    <div className="data-search">
      <Search size={14} aria-hidden />
      <input
        aria-label="Search names and values"
        placeholder="Search names and values"
        value={query}
        onChange={(event) => onQuery(event.currentTarget.value)}
      />
    </div>
  );
}
