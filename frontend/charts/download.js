// A chart as a file that says by itself what it shows: title, measure, picture, source. On white.

import { init } from "./echarts.js";
import { inks, widthOf } from "./inks.js";
import { tiles, treemap } from "./pictures.js";

const WIDTH = 960;
const HEIGHTS = { trajectory: 480, bars: 400, years: 360, cohorts: 340 };
const MARGIN = 32;

export function offer(figure, drawing, make) {
  const picture = () => pictureOf(figure, drawing, make);
  figure.querySelector("[data-save=svg]")?.addEventListener("click", () => {
    save(new Blob([picture().text], { type: "image/svg+xml" }), `${figure.dataset.file}.svg`);
  });
  figure.querySelector("[data-save=png]")?.addEventListener("click", async () => {
    save(await painted(picture()), `${figure.dataset.file}.png`);
  });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function pictureOf(figure, drawing, make) {
  const ink = inks(figure, true);
  const wide = WIDTH - 2 * MARGIN;
  const inner = make ? rendered(make, drawing, ink, wide) : drawn(drawing, ink, wide);
  const parts = [];
  let y = MARGIN;
  const write = (text, size, weight, colour, lead) => {
    // Elsewhere the letters may be wider than here.
    for (const line of wrapped(text, wide * 0.92, `${weight} ${size}px ${ink.font}`)) {
      y += lead;
      parts.push(
        `<text x="${MARGIN}" y="${y - lead * 0.28}" font-size="${size}" font-weight="${weight}" fill="${colour}">${escaped(line)}</text>`,
      );
    }
  };
  write(drawing.title, 20, 620, ink.ink, 28);
  write(drawing.sub, 13, 400, ink.ink2, 20);
  y += 12;
  parts.push(`<svg x="${MARGIN}" y="${y}" width="${wide}" height="${inner.height}">${inner.text}</svg>`);
  y += inner.height + 8;
  write(drawing.source, 12, 400, ink.ink3, 18);
  const height = Math.ceil(y + MARGIN * 0.6);
  const font = escaped(ink.font);
  return {
    height,
    text: `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="${font}"><rect width="100%" height="100%" fill="${ink.surface}"/>${parts.join("")}</svg>`,
  };
}

function rendered(make, drawing, ink, width) {
  const height = HEIGHTS[drawing.kind];
  const chart = init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption(make(drawing, ink, { width, height }));
  const text = chart.renderToSVGString();
  chart.dispose();
  return { height, text };
}

function drawn(drawing, ink, width) {
  const make = drawing.kind === "treemap" ? treemap : tiles;
  return make(drawing, ink, width, escaped);
}

// Breaks between words, and between any two Han characters.
function wrapped(text, room, font) {
  const lines = [];
  let line = "";
  for (const piece of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/gu) ?? []) {
    if (line && widthOf(line + piece.trimEnd(), font) > room) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += piece;
  }
  return line ? [...lines, line.trimEnd()] : lines;
}

export function escaped(text) {
  return String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

async function painted({ text, height }) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH * 2;
  canvas.height = height * 2;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
