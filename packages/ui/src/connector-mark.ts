import {
  AlarmClock,
  Braces,
  Cloud,
  Code,
  Database,
  FileSpreadsheet,
  GitBranch,
  Globe,
  Hash,
  Mail,
  Play,
  Reply,
  Table2,
  Webhook,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

const ICONS: Readonly<Record<string, LucideIcon>> = {
  clock: AlarmClock,
  schedule: AlarmClock,
  cloud: Cloud,
  code: Code,
  json: Braces,
  csv: FileSpreadsheet,
  database: Database,
  storage: Database,
  table: Table2,
  globe: Globe,
  http: Globe,
  hash: Hash,
  slack: Hash,
  mail: Mail,
  email: Mail,
  play: Play,
  manual: Play,
  reply: Reply,
  branch: GitBranch,
  webhook: Webhook,
  '↯': Webhook,
  '{}': Braces,
  '◷': AlarmClock,
  '▶': Play,
};

/** What is drawn for a manifest's glyph: one of our neutral icons by its word, otherwise the letters themselves. */
export function connectorMark(glyph: string): { readonly icon?: LucideIcon; readonly text: string } {
  const icon = ICONS[glyph.toLowerCase()];
  return icon ? { icon, text: '' } : { text: glyph.slice(0, 3) };
}
