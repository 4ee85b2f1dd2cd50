'use client';

import { Check, ChevronDown, Search } from 'lucide-react';
import { Popover as RadixPopover } from 'radix-ui';
import { useId, useMemo, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { useFieldControl } from './field.tsx';
import { CONTROL } from './input.tsx';
import type { SelectOption } from './select.tsx';
import { Spinner } from './spinner.tsx';
import { SURFACE } from './surface.ts';

/** A long or remote list. */
export interface ComboboxProps {
  value: string | undefined;
  onValueChange: (value: string) => void;
  options: readonly SelectOption[];
  placeholder?: string;
  /** The list is being fetched. */
  isLoading?: boolean;
  /** Why there is no list: shown in its place. */
  error?: string | undefined;
  /** Told what is typed, for lists that the other side filters. */
  onSearch?: (text: string) => void;
  /** Given while there is more than `options`: asked for it when the end of the list comes near. */
  onMore?: (() => void) | undefined;
  /** Told when the list opens, for lists fetched on demand. */
  onOpenChange?: (isOpen: boolean) => void;
  /** What is typed may be taken as the value. */
  allowsOther?: boolean;
  disabled?: boolean;
  size?: 'dense' | 'medium' | 'large';
  'aria-label'?: string;
  'data-testid'?: string;
  className?: string;
}

const HEIGHTS = { dense: 'h-7 text-body', medium: 'h-8 text-body', large: 'h-10 text-lead' } as const;
/** Drawn at once; more as the end of the list comes near. */
const SHOWN_AT_ONCE = 200;
/** So near is the end. */
const NEAR_PX = 120;

/** A searchable drop-down: filter by typing, arrows to move, Enter to take. */
export function Combobox(props: ComboboxProps): ReactNode {
  const { value, options, placeholder = 'Choose', size = 'medium', disabled, className } = props;
  const [isOpen, setOpen] = useState(false);
  const { 'aria-required': _required, 'aria-labelledby': labelledBy, ...control } = useFieldControl();
  const chosen = options.find((option) => option.value === value);
  const open = (next: boolean): void => {
    setOpen(next);
    props.onOpenChange?.(next);
  };
  return (
    <RadixPopover.Root open={isOpen} onOpenChange={open}>
      <RadixPopover.Trigger
        {...control}
        {...(labelledBy ? { 'aria-labelledby': labelledBy } : {})}
        type="button"
        role="combobox"
        aria-expanded={isOpen}
        aria-haspopup="listbox"
        aria-label={props['aria-label']}
        data-testid={props['data-testid']}
        disabled={disabled}
        className={classNames(CONTROL, HEIGHTS[size], 'flex items-center justify-between gap-2 px-2.5 text-left', className)}
      >
        <span className={classNames('flex min-w-0 items-center gap-2 truncate', !value && 'text-text-3')}>
          {chosen?.icon}
          <span className="truncate">{chosen?.label ?? (value || placeholder)}</span>
        </span>
        <ChevronDown aria-hidden className="size-3.5 shrink-0 text-text-3" />
      </RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content
          aria-label={props['aria-label'] ?? 'Choices'}
          align="start"
          sideOffset={4}
          className={classNames(SURFACE, 'w-[max(var(--radix-popover-trigger-width),220px)]')}
        >
          <Options {...props} onTaken={() => open(false)} />
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

function Options(props: ComboboxProps & { onTaken: () => void }): ReactNode {
  const { value, options, isLoading = false, error, allowsOther = false } = props;
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const [most, setMost] = useState(SHOWN_AT_ONCE);
  const listId = useId();
  const shown = useMemo(() => matching(options, text, allowsOther), [options, text, allowsOther]);
  const at = Math.min(active, Math.max(shown.length - 1, 0));
  const showMore = (): void => {
    if (most < shown.length) setMost(most + SHOWN_AT_ONCE);
    else if (!isLoading) props.onMore?.();
  };
  const take = (option: SelectOption | undefined): void => {
    if (!option) return;
    props.onValueChange(option.value);
    props.onTaken();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      const drawn = Math.min(shown.length, most);
      if (step === 1 && at >= drawn - 2) showMore();
      // With more to come the end is no border to jump over.
      const isEnd = at + step >= drawn && (props.onMore !== undefined || drawn < shown.length);
      const next = isEnd ? at : (at + step + drawn) % Math.max(drawn, 1);
      setActive(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      take(shown[at]);
    }
  };
  return (
    <div onKeyDown={onKeyDown}>
      <div className="flex items-center gap-2 border-b border-border px-2.5">
        <Search aria-hidden className="size-3.5 shrink-0 text-text-3" />
        <input
          autoFocus
          role="combobox"
          aria-label="Search"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={shown.length > 0 ? `${listId}-${at}` : undefined}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
            setMost(SHOWN_AT_ONCE);
            props.onSearch?.(event.target.value);
          }}
          placeholder={allowsOther ? 'Search or type a value' : 'Search'}
          className="h-8 w-full bg-transparent text-body outline-none focus-visible:shadow-none"
        />
        {isLoading ? <Spinner className="text-text-3" /> : null}
      </div>
      {error ? <p className="px-3 py-2.5 text-help text-fail">{error}</p> : null}
      {shown.length === 0 && !error ? (
        <p className="px-3 py-2.5 text-help text-text-3">{isLoading ? 'Asking the account' : 'Nothing matches'}</p>
      ) : null}
      <div
        id={listId}
        role="listbox"
        aria-label="Choices"
        className={classNames('max-h-64 overflow-y-auto', shown.length > 0 && 'p-1')}
        onScroll={({ currentTarget: list }) => {
          if (list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX) showMore();
        }}
      >
        {shown.slice(0, most).map((option, index) => (
          <div
            key={option.value}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={option.value === value}
            onMouseMove={() => setActive(index)}
            onClick={() => take(option)}
            className={classNames(
              'flex min-h-7 items-center gap-2 rounded-chip px-2 py-1 text-body [&_svg]:size-3.5',
              index === at && 'bg-hover',
            )}
          >
            {option.icon}
            <span className="min-w-0 flex-1 truncate">{option.label}</span>
            {option.hint ? <span className="shrink-0 text-hint text-text-3">{option.hint}</span> : null}
            <Check aria-hidden className={classNames('shrink-0', option.value !== value && 'invisible')} />
          </div>
        ))}
      </div>
      {props.onMore !== undefined || most < shown.length ? (
        <button
          type="button"
          tabIndex={-1}
          className="block w-full border-t border-border px-3 py-1.5 text-left text-help text-text-2 hover:bg-hover"
          onClick={showMore}
          data-testid="more-choices"
        >
          {isLoading ? 'Asking for more' : `Show more than these ${Math.min(shown.length, most)}`}
        </button>
      ) : null}
    </div>
  );
}

function matching(options: readonly SelectOption[], text: string, allowsOther: boolean): readonly SelectOption[] {
  const wanted = text.trim().toLocaleLowerCase();
  const found =
    wanted === ''
      ? options
      : options.filter((option) => `${option.label} ${option.value} ${option.hint ?? ''}`.toLocaleLowerCase().includes(wanted));
  const isOther = allowsOther && wanted !== '' && !options.some((option) => option.value === text.trim());
  return isOther ? [...found, { value: text.trim(), label: `Use “${text.trim()}”` }] : found;
}
