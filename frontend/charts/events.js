// What explains a trajectory: its largest entries, and the time without any.

import { widthOf } from "./inks.js";
import { time } from "./scale.js";
import { box, crosses, overlap, words } from "./words.js";

// The words of the time without entries, where there is room for them.
export function quietOf(drawing, ink, at, top, taken) {
  if (!drawing.quiet) return [];
  const { from, to, text } = drawing.quiet;
  const lines = text.split("\n");
  const widest = Math.max(...lines.map((line) => widthOf(line, `12px ${ink.font}`)));
  const [x0] = at(from, 0);
  const [x1] = at(to, 0);
  if (x1 - x0 < widest + 6) return [];
  const isFree = (part) => {
    const y = at(from, top * part)[1];
    const area = { x0, x1, y0: y - lines.length * 8 - 4, y1: y + lines.length * 8 + 4 };
    return !taken.some((one) => overlap(one, area)) && !crosses(drawing.path, at, area);
  };
  const part = [0.42, 0.3, 0.55, 0.2, 0.68].find(isFree) ?? 0.42;
  return [
    words((time(from) + time(to)) / 2, top * part, text, ink, {
      position: "inside",
      lineHeight: 16,
      align: "center",
    }),
  ];
}

// The largest first, left of the line or below it; one that would lie on other words makes way.
export function eventsOf(drawing, ink, at, grid, narrow, size, covered) {
  const taken = [...covered];
  const kept = [];
  if (drawing.quiet) {
    const [x0] = at(drawing.quiet.from, 0);
    taken.push({ x0, x1: size.width, y0: 0, y1: size.height });
  }
  const inside = (one) =>
    one.x0 >= grid.left + 2 &&
    one.x1 <= size.width - grid.right &&
    one.y0 > grid.top &&
    !crosses(drawing.path, at, one);
  for (const event of drawing.events) {
    if (kept.length === (narrow ? 1 : 5)) break;
    const point = at(event.on, event.value);
    const width = widthOf(event.text, `12px ${ink.font}`);
    const places = [
      { area: box(point, width, -12 - width, -9), label: { position: "left" } },
      { area: box(point, width, 6, 6), label: { position: [14, 10] } },
    ];
    const mark = box(point, 12, -6, -9);
    const found = places.find(
      ({ area }) => inside(area) && !taken.some((one) => overlap(one, area) || overlap(one, mark)),
    );
    if (!found) continue;
    taken.push(found.area, mark);
    kept.push({ event, label: found.label });
  }
  return [
    {
      type: "scatter",
      silent: true,
      symbolSize: 8,
      data: kept.map(({ event, label }) => ({
        value: [time(event.on), event.value],
        label: { formatter: event.text, ...label },
      })),
      itemStyle: { color: ink.surface, borderColor: ink.accent, borderWidth: 2 },
      label: {
        show: true,
        distance: 7,
        color: ink.ink,
        fontSize: 12,
        textBorderColor: ink.surface,
        textBorderWidth: 3,
      },
      z: 7,
    },
  ];
}

