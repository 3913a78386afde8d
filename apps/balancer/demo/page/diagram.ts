// The drawing of browser, balancer and targets. The lines between them are drawn by ../browser/diagram.ts.

const target = (name: string, y: number): string => `
      <g class="node" data-part="node-${name}" data-target="${name}">
        <circle cx="376" cy="${y}" r="26"/><text x="376" y="${y + 6}" class="letter">${name}</text>
      </g>`;

export const DIAGRAM: string = `
    <svg class="diagram" id="diagram" viewBox="0 0 410 240" aria-hidden="true">
      <path class="wire" d="M104 120H172M268 120C309 120 309 40 350 40M268 120H350M268 120C309 120 309 200 350 200"/>
      <path class="line" data-part="polling" d=""/>
      <path class="line steady" data-part="websocket" d=""/>
      <g><path class="line" d="M12 204H40"/><text class="legend" x="50" y="208">long polling</text>
        <path class="line steady" d="M12 224H40"/><text class="legend" x="50" y="228">WebSocket</text></g>
      <g class="box"><rect x="8" y="84" width="96" height="72" rx="12"/>
        <path d="M8 102H104"/><circle cx="20" cy="93" r="2.5"/><circle cx="29" cy="93" r="2.5"/>
        <text x="56" y="135">browser</text></g>
      <g class="box"><rect x="172" y="84" width="96" height="72" rx="12"/>
        <text x="220" y="125">balancer</text></g>
      ${target('A', 40)}${target('B', 120)}${target('C', 200)}
    </svg>`;
