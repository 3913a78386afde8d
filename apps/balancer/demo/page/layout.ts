// Where things stand on the page, from the width of a phone to that of a desk.

export const LAYOUT: string = `
main { max-width: 1080px; margin: 0 auto; padding: clamp(1.5rem, 5vw, 4rem) clamp(1rem, 4vw, 2rem) 4rem; }
section + section { margin-top: 2.5rem; }
.grid { display: grid; gap: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 16px; box-shadow: var(--shadow); }
.small { color: var(--muted); font-size: .875rem; margin-top: .875rem; max-width: 70ch; }

.hero { display: grid; gap: 2rem; align-items: center; }
.hero .intro > * + * { margin-top: 1rem; }
.eyebrow { color: var(--muted); font-size: .875rem; font-weight: 550; }
.hero .eyebrow + h1 { margin-top: .375rem; }
.current { color: var(--tone); display: block; transition: color .25s; }
.lead { color: var(--muted); max-width: 52ch; }
.note { max-width: 52ch; padding-left: .875rem; border-left: 3px solid var(--tone); transition: border-color .25s; }
.note:empty { display: none; }
.diagram { width: 100%; max-width: 460px; height: auto; justify-self: center; }

@media (min-width: 640px) {
  .two { grid-template-columns: 1fr 1fr; }
  .three { grid-template-columns: repeat(3, 1fr); }
}
@media (min-width: 860px) {
  .hero { grid-template-columns: 1.15fr 1fr; min-height: 22rem; }
}
`;
