const KEY = 'meshscope-theme';

/** Lets a button switch between light and dark; what differs from the system's choice is remembered where that may be. */
export function switchTheme(button, changed) {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const rules = [...document.styleSheets[0].cssRules].filter(
    (rule) => rule instanceof CSSMediaRule && rule.conditionText.includes('prefers-color-scheme'),
  );
  let chosen = remembered();
  const show = () => {
    const isDark = chosen === undefined ? system.matches : chosen === 'dark';
    for (const rule of rules)
      rule.media.mediaText =
        chosen === undefined ? 'screen and (prefers-color-scheme: dark)' : isDark ? 'screen' : 'not all';
    document.documentElement.style.colorScheme = chosen ?? '';
    button.setAttribute('aria-pressed', String(isDark));
    changed();
  };
  button.addEventListener('click', () => {
    const isDark = button.getAttribute('aria-pressed') === 'true';
    chosen = isDark === system.matches ? (isDark ? 'light' : 'dark') : undefined;
    remember(chosen);
    show();
  });
  system.addEventListener('change', show);
  show();
}

/** Pages from files or in frames may have no memory. */
function remembered() {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'dark' || value === 'light' ? value : undefined;
  } catch {
    return undefined;
  }
}

function remember(value) {
  try {
    if (value === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, value);
  } catch {
    // The choice then holds until the page is closed.
  }
}
