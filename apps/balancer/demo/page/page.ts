// The page as text: its skeleton and the templates that the browser modules fill. Behaviour is in ../browser.
import { DIAGRAM } from './diagram.ts';
import { LAYOUT } from './layout.ts';
import { PARTS } from './parts.ts';
import { THEME } from './theme.ts';

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cg fill='none' stroke='%234c63d2' stroke-width='3'%3E%3Cpath d='M4 16h9M13 16C20 16 18 6 26 6M13 16h13M13 16c7 0 5 10 13 10'/%3E%3C/g%3E%3C/svg%3E";

const meter = (id: string, label: string, text: string): string => `
  <article class="card meter" id="${id}">
    <header><h3>${label}</h3><p>${text}</p></header>
    <p class="served"><span class="badge" data-part="badge" aria-hidden="true">…</span>
      <strong data-part="target">Connecting</strong></p>
    <dl>
      <div><dt>Process id</dt><dd data-part="pid">–</dd></div>
      <div><dt>Messages</dt><dd data-part="messages">0</dd></div>
      <div><dt>Round trip</dt><dd data-part="rtt">–</dd></div>
    </dl>
    <div class="bars" data-part="bars" aria-hidden="true"></div>
  </article>`;

export const PAGE: string = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sticky sessions: loadbalancer demo</title>
<link rel="icon" href="${ICON}">
<style>${THEME}${LAYOUT}${PARTS}</style>
<script type="importmap">{ "imports": { "socket.io-client": "/socket.io/socket.io.esm.min.js" } }</script>
<script type="module" src="/browser/main.js"></script>
</head>
<body>
<main>
  <section class="hero" id="hero">
    <div class="intro">
      <p class="eyebrow">loadbalancer demo</p>
      <h1>Your browser is <span class="current" id="current">connecting …</span></h1>
      <p class="lead">Three socket.io servers stand behind one port. Every connection of this browser goes to the same
        one, over long polling and over WebSocket, whichever worker of the balancer accepts it.</p>
      <button class="primary" id="stop-mine" type="button" aria-disabled="true">Stop this target</button>
      <p class="note" id="note" role="status"></p>
      <noscript><p>This page needs JavaScript to open its connections.</p></noscript>
    </div>
    ${DIAGRAM}
  </section>

  <section aria-labelledby="connections-title">
    <h2 id="connections-title">The connections of this browser</h2>
    <div class="grid two">
      ${meter('polling', 'HTTP long polling', 'Many requests, over many connections')}
      ${meter('websocket', 'WebSocket', 'One connection that stays open')}
    </div>
  </section>

  <section aria-labelledby="targets-title">
    <h2 id="targets-title">The targets</h2>
    <div class="grid three" id="targets"></div>
    <p class="small">A client is known by its address, so all browsers on this computer share one session.
      <span id="crowd-note" hidden>Simulated clients, each with an address of its own, come and go all the time: they
      show where new clients are sent.</span></p>
  </section>

  <section aria-labelledby="events-title">
    <h2 id="events-title">What happened</h2>
    <ol class="card events" id="events" role="log" aria-live="polite" aria-relevant="additions" tabindex="0"
      aria-labelledby="events-title"></ol>
  </section>
</main>

<template id="target-template">
  <article class="card target">
    <header>
      <span class="badge" data-part="badge" aria-hidden="true"></span>
      <h3 data-part="name"></h3>
      <span class="status" data-part="status"></span>
    </header>
    <p class="place"><span data-part="address"></span> <span data-part="pid"></span></p>
    <ul class="chips" data-part="chips" aria-label="Connections of this browser"></ul>
    <div class="crowd" data-part="crowd"><span data-part="count"></span>
      <div class="dots" data-part="dots" aria-hidden="true"></div></div>
    <button type="button" data-part="button"></button>
  </article>
</template>
<template id="event-template">
  <li><time data-part="time"></time><span data-part="text"></span></li>
</template>
</body>
</html>
`;
