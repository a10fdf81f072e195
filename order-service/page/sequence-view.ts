import { html, nothing, svg, type TemplateResult } from 'lit-html';
import type { SequenceDiagram } from './sequence-diagram.ts';
import type { Lane } from './sequence-lanes.ts';
import type { Arrow, Badge, Mark, SequenceRow } from './sequence-row.ts';

type SvgPart = ReturnType<typeof svg>;

/** The diagram as SVG, in a box that scrolls by itself where it is larger than the window. */
export function sequenceView(diagram: SequenceDiagram): TemplateResult {
  const { title, description, widthClass, width, height, headHeight, lanesBottom, lanes, rows, present, foot } =
    diagram;
  const bodyHeight = height - headHeight;
  return html`
    <div class="sequence ${widthClass}" role="region" aria-label="Sequence diagram" tabindex="0">
      <div class="drawing">
      <svg class="heads" aria-hidden="true" width=${width} height=${headHeight} viewBox="0 0 ${width} ${headHeight}">
        ${lanes.map((lane) => headView(lane, headHeight))}
      </svg>
      <svg
        role="img"
        aria-labelledby="sequence-title"
        aria-describedby="sequence-description"
        width=${width}
        height=${bodyHeight}
        viewBox="0 ${headHeight} ${width} ${bodyHeight}"
      >
        <title id="sequence-title">${title}</title>
        <desc id="sequence-description">${description}</desc>
        ${lanes.map((lane) => lineView(lane, headHeight, lanesBottom))} ${rows.map(rowView)}
        ${present ? rowView(present) : nothing}
        <text class="time" x="6" y=${lanesBottom + 34}>now</text>
        ${foot.map(badgeView)}
      </svg>
      </div>
    </div>
  `;
}

function headView(lane: Lane, headHeight: number): SvgPart {
  const { kind, label, x, headWidth } = lane;
  if (kind === 'rows') return svg`<text class="lane-name rows" x=${x} y="52">${label}</text>`;
  return svg`
    <rect class="lane-head" x=${x - headWidth / 2} y="8" width=${headWidth} height="24" rx="4" />
    <text class="lane-name" x=${x} y="24">${label}</text>
    ${lineView(lane, 32, headHeight)}
  `;
}

function lineView({ kind, x }: Lane, top: number, bottom: number): SvgPart {
  return svg`<line class="lane ${kind}" x1=${x} y1=${top} x2=${x} y2=${bottom} />`;
}

function rowView(row: SequenceRow): SvgPart {
  const { y, time, pause, state, words, arrows, texts, badges, mark } = row;
  const firstLine = (texts[0]?.y ?? y) + 4;
  return svg`
    <g class="row ${state}">
      <title>${words}</title>
      ${pause ? svg`<text class="pause" x="6" y=${y + 15}>⋮ ${pause}</text>` : nothing}
      <text class="time" x="6" y=${firstLine}>${time}</text>
      ${arrows.map(arrowView)} ${mark ? markView(mark) : nothing}
      ${texts.map(({ x, y, text, small }) => svg`<text class=${small ? 'small' : 'large'} x=${x} y=${y + 4}>${text}</text>`)}
      ${badges.map(badgeView)}
    </g>
  `;
}

const headLength = 9;

function arrowView({ from, to, y, kind, backward, fate }: Arrow): SvgPart {
  const way = Math.sign(to - from);
  // What does not arrive ends half way beside the text.
  const end = fate === 'arrives' ? to : to + (from - to) * 0.4;
  const back = end - way * headLength;
  const head =
    kind === 'call'
      ? svg`<path class="head full" d="M${end} ${y} L${back} ${y - 5} L${back} ${y + 5} Z" />`
      : svg`<path class="head" d="M${back} ${y - 5} L${end} ${y} L${back} ${y + 5}" />`;
  const cross = svg`<path class="cross" d="M${end - 6} ${y - 6} l12 12 m0 -12 l-12 12" />`;
  const running = svg`<circle class="running" cx=${end} cy=${y} r="5" />`;
  return svg`
    <g class="arrow ${kind} ${backward ? 'backward' : 'forward'} ${fate}">
      <line x1=${from} y1=${y} x2=${end} y2=${y} />
      ${fate === 'arrives' ? head : fate === 'lost' ? cross : running}
    </g>
  `;
}

/** Every kind has a shape of its own, beside its text. */
const markShapes: Record<Mark['kind'], string> = {
  begin: 'M-5 0 a5 5 0 1 0 10 0 a5 5 0 1 0 -10 0',
  takeover: 'M-14 0 L-5 -6 L5 2 L14 -4 M-14 6 L-5 0 L5 8 L14 2',
  'turn-back': 'M8 -8 H-1 a6 6 0 0 0 0 13 H7 M2 0 L7 5 L2 10',
  stuck: 'M-7 -7 H7 V7 H-7 Z',
  person: 'M-4 -5 a4 4 0 1 0 8 0 a4 4 0 1 0 -8 0 M-7 8 C-7 -1 7 -1 7 8 Z',
  end: 'M-12 -3 H12 M-12 3 H12',
  waiting: 'M-6 -7 H6 L-6 7 H6 Z',
};

function markView({ kind, x, y }: Mark): SvgPart {
  return svg`<path class="mark ${kind}" d=${markShapes[kind]} transform="translate(${x} ${y})" />`;
}

function badgeView({ x, y, width, text, state }: Badge): SvgPart {
  return svg`
    <g class="badge ${state ?? ''}">
      <rect x=${x - width / 2} y=${y - 9} width=${width} height="18" rx="3" />
      <text x=${x} y=${y + 4}>${text}</text>
    </g>
  `;
}
