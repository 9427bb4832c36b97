// What the server draws into the page, drawn anew as a file: tiles, the office's own map, areas.

const text = (x, y, size, weight, fill, words) =>
  `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${fill}">${words}</text>`;

const shade = (ink, step) =>
  step ? [ink[`step-${step}`], ink[`on-step-${step}`]] : [ink.sunken, ink.ink2];

export function tiles(drawing, ink, width, escaped) {
  if (drawing.kind === "map") return map(drawing, ink, width, escaped);
  const gap = 6;
  const wide = Math.min((width - gap * (drawing.columns - 1)) / drawing.columns, 220);
  const high = 84;
  const parts = drawing.tiles.map((tile) => {
    const [fill, on] = shade(ink, tile.step);
    const x = (tile.column - 1) * (wide + gap);
    const y = (tile.row - 1) * (high + gap);
    const sites = tile.sites
      .map((edge, number) => {
        const middle = x + wide - 18 - number * 18;
        return `<rect x="${middle - 5}" y="${y + 12}" width="10" height="10" fill="${ink[`cluster-${edge}`]}" stroke="${ink.surface}" transform="rotate(45 ${middle} ${y + 17})"/>`;
      })
      .join("");
    return `<rect x="${x}" y="${y}" width="${wide}" height="${high}" rx="3" fill="${fill}"/>${text(x + 12, y + 24, 13, 600, on, escaped(tile.name))}${text(x + 12, y + 66, 17, 620, on, escaped(tile.text))}${sites}`;
  });
  return { height: drawing.rows * (high + gap), text: parts.join("") };
}

function map(drawing, ink, width, escaped) {
  const [wide, high] = drawing.size;
  const shaped = drawing.tiles.filter((tile) => tile.shape);
  const areas = shaped.map((tile) => {
    const [fill] = shade(ink, tile.step);
    return `<path d="${tile.shape}" fill="${fill}" stroke="${ink.surface}" fill-rule="evenodd"/>`;
  });
  const words = shaped.map((tile) => {
    const [, on] = shade(ink, tile.step);
    return `<g text-anchor="middle">${text(tile.x, tile.y - 4, 12, 600, on, escaped(tile.name))}${text(tile.x, tile.y + 13, 13, 620, on, escaped(tile.text))}</g>`;
  });
  const height = Math.round((Math.min(width, wide) / wide) * high);
  const body = `<svg viewBox="0 0 ${wide} ${high}" width="${Math.min(width, wide)}" height="${height}">${areas.join("")}${words.join("")}</svg>`;
  return { height: height + 20, text: body + text(0, height + 16, 12, 400, ink.ink3, escaped(drawing.approval)) };
}

export function treemap(drawing, ink, width, escaped) {
  const height = 400;
  const parts = drawing.boxes.map((box) => {
    const [fill, on] = shade(ink, box.step);
    const words = box.letters
      ? text(8, 20, 13, 600, on, escaped(box.letters)) +
        text(8, 38, 13, 400, on, escaped(box.text))
      : "";
    return `<svg x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}"><rect width="100%" height="100%" fill="${fill}" stroke="${ink.surface}" stroke-width="2"/>${words}</svg>`;
  });
  return { height, text: `<svg width="${width}" height="${height}">${parts.join("")}</svg>` };
}
