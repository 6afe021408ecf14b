// A line chart on a canvas, in the page's own ink; beside each there is a table with the same figures.
import uPlot from "../vendor/uplot/uPlot.esm.js";
import {html} from "../html.js";

const HEIGHT = 240;
const MARK = 18; // pixels of a mark's row
const drawn = new Map(); // the place's id -> {plot, key}

// spec: {id, label, x: [..], lines: [{values, name, stroke, dash, width, scale}], xs, ys, marks, read}
// The place is empty for the template; what uPlot draws into it is uPlot's.
export function chart(spec) {
  requestAnimationFrame(() => place(spec));
  return html`<figure class="chart"><div id=${spec.id} role="img" aria-label=${spec.label}></div>
    <figcaption class="legend">${spec.lines.map(sample)} <span class="label read" id=${`${spec.id}-read`}></span></figcaption></figure>`;
}

const sample = (line) => html`<span class="sample ${line.tone}"><svg width="32" height="8" aria-hidden="true"><line x1="0" y1="4" x2="32" y2="4" stroke="currentColor" stroke-width=${line.width ?? 2} stroke-dasharray=${(line.dash ?? []).join(" ")}></line></svg> ${line.name}</span>`;

function place(spec) {
  const host = document.getElementById(spec.id);
  if (host === null) return;
  const colours = paint(host);
  const key = JSON.stringify([spec.x, spec.lines, spec.marks, spec.label, colours]);
  const known = drawn.get(spec.id);
  if (known?.host === host && known.key === key) return;
  known?.plot.destroy();
  known?.watch.disconnect();
  const plot = new uPlot(options(spec, host, colours), [spec.x, ...spec.lines.map((line) => line.values)], host);
  const watch = new ResizeObserver(() => plot.setSize({width: host.clientWidth, height: HEIGHT}));
  watch.observe(host);
  drawn.set(spec.id, {plot, host, key, watch});
}

// The colours of the theme, as the browser computes them.
function paint(host) {
  const probe = document.createElement("span");
  host.append(probe);
  const found = {};
  for (const tone of ["ink", "ink-2", "rule", "accent", "now"]) {
    probe.className = `tone-${tone}`;
    found[tone] = getComputedStyle(probe).color;
  }
  found.face = getComputedStyle(host).fontFamily;
  probe.remove();
  return found;
}

function options(spec, host, colours) {
  const font = `14px ${colours.face}`;
  const axis = {stroke: colours["ink-2"], font, labelFont: font, grid: {stroke: colours.rule, width: 1}, ticks: {show: false}};
  return {
    width: host.clientWidth,
    height: HEIGHT,
    padding: [spec.marks ? MARK + spec.marks.length * MARK : 8, 28, 0, 0],
    legend: {show: false},
    cursor: {y: false, drag: {x: false, y: false}, points: {show: false}},
    scales: {x: {time: false}, y: {range: (_, low, high) => spec.range ?? [Math.min(0, low ?? 0), Math.max(high ?? 1, 1)]}},
    axes: [
      {...axis, grid: {show: false}, size: 28, space: 64, incrs: spec.wholes, values: (_, at) => at.map(spec.xs)},
      {...axis, size: 56, values: (_, at) => at.map(spec.ys)},
    ],
    series: [{}, ...spec.lines.map((line) => ({stroke: colours[line.tone], width: line.width ?? 2, dash: line.dash, points: {show: false}, spanGaps: false}))],
    hooks: {
      draw: [(plot) => (spec.marks ?? []).forEach((mark, row) => upright(plot, mark, row, colours))],
      setCursor: [(plot) => read(spec, plot.cursor.idx)],
    },
  };
}

// Each mark has a row of its own over the chart, so that no two of them lie on each other.
function upright(plot, {at, words}, row, colours) {
  const {ctx, bbox} = plot;
  const dot = devicePixelRatio;
  const x = Math.round(plot.valToPos(at, "x", true)) + 0.5;
  const y = bbox.top - (row + 1) * MARK * dot;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colours.ink;
  ctx.lineWidth = dot;
  ctx.setLineDash([2 * dot, 3 * dot]);
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = `${14 * dot}px ${colours.face}`;
  const fits = x + 6 * dot + ctx.measureText(words).width < ctx.canvas.width;
  ctx.textAlign = fits ? "left" : "right";
  ctx.textBaseline = "top";
  ctx.fillText(words, x + (fits ? 6 : -6) * dot, y);
  ctx.restore();
}

function read(spec, index) {
  const place = document.getElementById(`${spec.id}-read`);
  if (place !== null) place.textContent = index === null || index === undefined ? "" : spec.read(index);
}
