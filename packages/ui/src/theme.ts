/** What a person chose; `system` follows the operating system. */
export type ThemeChoice = 'light' | 'dark' | 'system';

/** Where the choice is kept in the browser. */
export const THEME_KEY = 'weft.theme';

/**
 * Runs in the head before anything is painted, so that a dark page never flashes white. The page follows while it is open,
 * too: the operating system, and what was chosen in another tab. Where storage is closed the system decides.
 */
export const THEME_SCRIPT = `(function(){var m=matchMedia('(prefers-color-scheme: dark)');function show(){var c;try{c=localStorage.getItem('${THEME_KEY}')}catch(e){}document.documentElement.classList.toggle('dark',c==='dark'||(c!=='light'&&m.matches))}show();m.addEventListener('change',show);addEventListener('storage',show)})()`;

/** The stored choice; `system` when there is none or storage is closed. */
export function readTheme(): ThemeChoice {
  try {
    const stored = localStorage.getItem(THEME_KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system'; // storage is closed in some private modes
  }
}

/** Keeps the choice and shows it. */
export function applyTheme(choice: ThemeChoice): void {
  const isDark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', isDark);
  try {
    if (choice === 'system') localStorage.removeItem(THEME_KEY);
    else localStorage.setItem(THEME_KEY, choice);
  } catch {
    // The page shows the choice; it is only not kept where storage is closed.
  }
}
