import type { CSSProperties, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { connectorMark } from './connector-mark.ts';

const SIZES = {
  tiny: 'size-3.5 rounded-[3px]',
  small: 'size-[18px] rounded-[5px]',
  medium: 'size-6 rounded-[6px]',
  large: 'size-8 rounded-[8px]',
} as const;

/** A connector's tile. */
export interface ConnectorTileProps {
  /** From the manifest; absent draws a quiet, empty tile. */
  icon: { readonly glyph: string; readonly color: string } | undefined;
  size?: keyof typeof SIZES;
  /** Triggers have round tiles. */
  isRound?: boolean;
  /** Grey: skipped, disabled, not connected. */
  isGrey?: boolean;
  className?: string;
}

/** A white mark on the connector's own colour. Decoration: the connector's name always stands beside it. */
export function ConnectorTile({ icon, size = 'medium', isRound = false, isGrey = false, className }: ConnectorTileProps): ReactNode {
  const style: CSSProperties = { backgroundColor: isGrey || !icon ? 'var(--idle-solid)' : icon.color };
  const mark = icon ? connectorMark(icon.glyph) : undefined;
  return (
    <span
      aria-hidden
      style={style}
      className={classNames(
        'inline-flex shrink-0 items-center justify-center text-white dark:ring-1 dark:ring-inset dark:ring-white/15',
        SIZES[size],
        isRound && '!rounded-full',
        className,
      )}
    >
      {mark?.icon ? (
        <mark.icon className="!size-[58%]" strokeWidth={2} />
      ) : (
        <svg viewBox="0 0 32 32" className="!size-full" role="presentation">
          <text
            x="16"
            y="16.5"
            textAnchor="middle"
            dominantBaseline="central"
            fill="currentColor"
            fontFamily="InterVariable, sans-serif"
            fontWeight="700"
            fontSize={(mark?.text.length ?? 1) > 2 ? 10 : 13.5}
            letterSpacing="-0.4"
          >
            {mark?.text ?? ''}
          </text>
        </svg>
      )}
    </span>
  );
}
