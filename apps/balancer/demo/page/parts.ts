// The looks of the single parts: diagram, connection cards, target cards, events.

export const PARTS: string = `
.diagram .wire { fill: none; stroke: var(--wire); stroke-width: 1.5; stroke-dasharray: 2 5; stroke-linecap: round; }
.diagram .line { fill: none; stroke: var(--tone); stroke-width: 3; stroke-linecap: round; stroke-dasharray: 1 8;
  animation: flow .9s linear infinite; }
.diagram .line.steady { stroke-dasharray: 14 7; animation-duration: 1.4s; }
@keyframes flow { from { stroke-dashoffset: 63; } to { stroke-dashoffset: 0; } }
.diagram text { fill: var(--ink); font-size: 14px; font-weight: 550; text-anchor: middle; }
.diagram .legend { font-size: 12px; font-weight: 400; fill: var(--muted); text-anchor: start; }
.diagram .box rect { fill: var(--card); stroke: var(--wire); stroke-width: 1.5; }
.diagram .box path { stroke: var(--wire); stroke-width: 1.5; }
.diagram .box circle { fill: var(--wire); }
.diagram .node circle { fill: var(--tone); stroke: var(--tone); stroke-width: 2; transition: fill .25s; }
.diagram .node .letter { fill: var(--on-tone); font-size: 17px; font-weight: 650; }
.diagram .node:not([data-status='up']) circle { fill: var(--bg); stroke: var(--wire); stroke-dasharray: 4 5; }
.diagram .node:not([data-status='up']) .letter { fill: var(--muted); }

.meter { padding: 1.25rem; }
.meter header p { color: var(--muted); font-size: .875rem; }
.meter .served { display: flex; align-items: center; gap: .75rem; margin: 1rem 0; font-size: 1.25rem; }
.meter .served strong { font-weight: 600; color: var(--tone); }
.meter dl { display: grid; grid-template-columns: repeat(3, 1fr); gap: .5rem; }
.meter dt { color: var(--muted); font-size: .8125rem; }
.meter dd { font-size: 1.0625rem; font-weight: 550; }
.bars { display: flex; align-items: end; gap: 2px; height: 2.5rem; margin-top: 1rem; border-bottom: 1px solid var(--line); }
.bars i { flex: 1; height: calc(var(--height, 0) * 100%); background: var(--tone); border-radius: 2px 2px 0 0; opacity: .8; }

.target { display: flex; flex-direction: column; gap: .75rem; padding: 1.25rem;
  transition: border-color .25s, background-color .25s; }
.target header { display: flex; align-items: center; gap: .75rem; }
.target.mine { border-color: var(--tone); background: color-mix(in srgb, var(--tone) var(--soft), var(--card)); }
.target .status { margin-left: auto; font-size: .875rem; font-weight: 550; display: flex; align-items: center; gap: .4rem; }
.target .status::before { content: ''; width: .55rem; height: .55rem; border-radius: 50%; background: #2f9e5b; }
.target[data-status='starting'] .status::before { background: #d99a1c; animation: breathe 1s ease-in-out infinite alternate; }
.target:is([data-status='down'], [data-status='unknown']) .status::before { background: transparent; border: 2px solid var(--muted); }
.target:not([data-status='up']) .badge {
  background: transparent; color: var(--muted); box-shadow: inset 0 0 0 2px var(--wire); }
.target:is([data-status='down'], [data-status='unknown']) :is(h3, .status) { color: var(--muted); }
@keyframes breathe { to { opacity: .3; } }
.target .place { color: var(--muted); font-size: .875rem; display: flex; justify-content: space-between; gap: .5rem; }
.target button { margin-top: auto; }
.target.mine button { border-color: var(--tone); }
.chips { display: flex; flex-wrap: wrap; gap: .375rem; min-height: 1.75rem; }
.chips:empty::before { content: 'no connection of this browser'; color: var(--muted); font-size: .875rem; }
.chips li { padding: .125rem .625rem; border-radius: 99px; font-size: .8125rem; font-weight: 550; line-height: 1.5rem;
  background: var(--tone); color: var(--on-tone); animation: arrive .3s ease-out; }
.crowd { font-size: .875rem; color: var(--muted); }
.crowd[hidden] { display: none; }
.dots { display: flex; flex-wrap: wrap; gap: 5px; min-height: 1.75rem; align-content: flex-start; padding-top: .375rem; }
.dots i { width: 10px; height: 10px; border-radius: 50%; background: var(--tone); animation: arrive .4s ease-out; }
@keyframes arrive { from { opacity: 0; transform: scale(.4); } }

.events { max-height: 24rem; min-height: 6rem; overflow-y: auto; padding: .5rem 0; }
.events li { display: grid; grid-template-columns: auto 1fr; gap: .875rem; padding: .4375rem 1.25rem; font-size: .9375rem;
  animation: appear .4s ease-out; }
.events time { color: var(--muted); }
.events li span::before { content: ''; display: inline-block; width: .6rem; height: .6rem; margin-right: .6rem;
  border-radius: 50%; background: var(--tone); }
@keyframes appear { from { background: color-mix(in srgb, var(--tone) 22%, transparent); } }
`;
