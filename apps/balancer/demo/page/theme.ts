// Colours and type of the page, light and dark. Every target has a tone; what carries its name takes it.

export const THEME: string = `
:root {
  color-scheme: light dark;
  --bg: #f5f6f8; --card: #fff; --ink: #191c22; --muted: #59616e; --line: #e1e4ea; --wire: #d3d8e0;
  --tone-a: #3f57cf; --tone-b: #b04a0a; --tone-c: #0a766b; --on-tone: #fff;
  --tone: var(--muted); --soft: 8%;
  --shadow: 0 1px 2px rgb(20 25 40 / 5%), 0 6px 20px rgb(20 25 40 / 4%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #0e1116; --card: #161a21; --ink: #e9ebef; --muted: #9ba4b3; --line: #272d38; --wire: #343b48;
    --tone-a: #94a9ff; --tone-b: #f3ad62; --tone-c: #58cfbf; --on-tone: #10131a;
    --soft: 12%; --shadow: none;
  }
}
[data-target='A'] { --tone: var(--tone-a); }
[data-target='B'] { --tone: var(--tone-b); }
[data-target='C'] { --tone: var(--tone-c); }

*, ::before, ::after { box-sizing: border-box; margin: 0; }
body {
  background: var(--bg); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif;
  -webkit-font-smoothing: antialiased;
}
h1 { font-size: clamp(1.75rem, 1.2rem + 2.4vw, 2.75rem); line-height: 1.12; letter-spacing: -.025em; font-weight: 650; }
h2 { font-size: 1.0625rem; font-weight: 600; letter-spacing: -.01em; margin-bottom: .75rem; }
h3 { font-size: 1rem; font-weight: 600; }
dl, ol, ul { padding: 0; list-style: none; }
dd, time, .place { font-variant-numeric: tabular-nums; }

button {
  font: inherit; font-weight: 550; min-height: 2.75rem; padding: .5rem 1.125rem; cursor: pointer;
  color: var(--ink); background: transparent; border: 1px solid var(--wire); border-radius: 10px;
  transition: background-color .15s, border-color .15s, opacity .15s;
}
button:hover { border-color: var(--ink); }
button.primary { color: var(--on-tone); background: var(--tone); border-color: var(--tone); }
button.primary:hover { background: color-mix(in srgb, var(--tone) 88%, var(--ink)); }
button[aria-disabled='true'] { opacity: .55; cursor: default; }
:focus-visible { outline: 3px solid var(--tone); outline-offset: 2px; }

.badge {
  display: inline-grid; place-items: center; flex: none; width: 2.25rem; height: 2.25rem; border-radius: 50%;
  background: var(--tone); color: var(--on-tone); font-weight: 650; transition: background-color .25s;
}

@media (prefers-reduced-motion: reduce) {
  *, ::before, ::after { animation: none !important; transition: none !important; }
}
`;
