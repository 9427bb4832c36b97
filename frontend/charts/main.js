// The charts of a page. Each stands in a <figure data-chart> beside its table; what is drawn comes as
// JSON in the page, so that picture, table and file are one object.

import { init } from "./echarts.js";
import { bars } from "./bars.js";
import { cohorts } from "./cohorts.js";
import { offer } from "./download.js";
import { steer } from "./keys.js";
import { inks } from "./inks.js";
import { told } from "./told.js";
import { trajectory } from "./trajectory.js";
import { years } from "./years.js";

const KINDS = { bars, cohorts, trajectory, years };

// Drawn when it comes near the window: a page of eight charts is shown before the last is made. Those
// below are made once somebody does anything, while nothing else is to do, so that nobody scrolls to an
// empty box. Each has a task of its own, so that a slow phone answers in between.
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      setTimeout(() => charts.get(target).drawOnce({ soon: true }));
    }
  },
  { rootMargin: "400px" },
);
const whenIdle = window.requestIdleCallback ?? ((then) => setTimeout(then, 200));

function drawNext() {
  const next = [...charts.values()].find((chart) => !chart.drawn && chart.hasRoom);
  if (!next) return;
  next.draw({ soon: true });
  whenIdle(drawNext);
}

// static/js/later.js brought this one, and knows what happened before.
const script = document.currentScript;
const acts = new AbortController();

function waitForAct() {
  for (const name of ["scroll", "pointermove", "pointerdown", "keydown"]) {
    addEventListener(name, drawRest, { passive: true, signal: acts.signal });
  }
}

function drawRest() {
  acts.abort();
  whenIdle(drawNext);
}

const sizes = new ResizeObserver((entries) => {
  for (const entry of entries) charts.get(entry.target)?.resize();
});
const charts = new Map();

class Chart {
  constructor(figure, area, drawing) {
    this.area = area;
    this.drawing = { ...drawing, points: told(drawing.points), comma: drawing.points?.comma };
    this.make = KINDS[this.drawing.kind];
    offer(figure, this.drawing, this.make);
    if (!this.make || !area) return;
    charts.set(area, this);
    near.observe(area);
    sizes.observe(area);
    steer(figure, area, this);
  }

  // `paper` takes the colours of light pages, whatever the screen has; `soon` leaves the half of the
  // work to the next frame.
  draw({ paper = false, soon = false } = {}) {
    if (!this.hasRoom) return;
    const { clientWidth: width, clientHeight: height } = this.area;
    if (this.chart) this.chart.resize({ width, height });
    else this.chart = init(this.canvas(), null, { renderer: "svg", width, height });
    const size = { width, height };
    const option = this.make(this.drawing, inks(this.area, paper), size);
    this.chart.setOption(option, { notMerge: true, lazyUpdate: soon });
    this.drawn = { ...size, paper };
  }

  drawOnce(how) {
    if (!this.drawn) this.draw(how);
  }

  // Hidden from assistive technology: the area itself has the words.
  canvas() {
    const canvas = document.createElement("div");
    canvas.className = "chart-canvas";
    canvas.setAttribute("aria-hidden", "true");
    this.area.prepend(canvas);
    return canvas;
  }

  get hasRoom() {
    return this.area.clientWidth > 0 && this.area.clientHeight > 0;
  }

  resize() {
    if (!this.drawn) return;
    const { clientWidth: width, clientHeight: height } = this.area;
    if (width !== this.drawn.width || height !== this.drawn.height) this.draw({ paper: this.drawn.paper });
  }

  show(point) {
    this.drawOnce();
    this.chart.dispatchAction({ type: "showTip", ...this.target(point) });
  }

  // Where the tip of a point stands; of small multiples the first one's.
  target(point) {
    const cursor = this.chart.getOption().series.findIndex((one) => one.id === "cursor");
    return { seriesIndex: Math.max(cursor, 0), dataIndex: point };
  }

  hide() {
    this.chart?.dispatchAction({ type: "hideTip" });
  }
}

function start() {
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    // A chart without anything to draw has none.
    const data = document.getElementById(`${figure.id}-drawing`);
    if (data) new Chart(figure, figure.querySelector(".chart-area"), JSON.parse(data.textContent));
  }
  if (script && !("acted" in script.dataset)) waitForAct();
  else drawRest();
}

function redraw(paper) {
  for (const chart of charts.values()) if (paper || chart.drawn) chart.draw({ paper });
}

// Letters are measured for labels; before the font is there they have other widths.
document.fonts.ready.then(start);
new MutationObserver(() => redraw(false)).observe(document.documentElement, {
  attributes: true,
  attributeFilter: ["data-bs-theme"],
});
window.addEventListener("beforeprint", () => redraw(true));
window.addEventListener("afterprint", () => redraw(false));
