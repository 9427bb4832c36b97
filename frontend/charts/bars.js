// Horizontal bars, each with its name and what it comes to at its end.

import { base, isNarrow, widthOf } from "./inks.js";

export function bars(drawing, ink, size) {
  const narrow = isNarrow(size);
  const rows = drawing.bars;
  const font = `12px ${ink.font}`;
  const widest = (key) => Math.max(...rows.map((row) => widthOf(row[key], font)));
  const names = Math.min(widest("name") + 12, size.width * 0.32);
  return {
    ...base(ink, drawing),
    grid: narrow
      ? { left: 2, right: 8, top: 14, bottom: 2 }
      : { left: names + 6, right: widest("text") + 18, top: 4, bottom: 4 },
    xAxis: { type: "value", show: false, min: 0 },
    yAxis: {
      type: "category",
      inverse: true,
      data: rows.map((row) => row.name),
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: {
        show: !narrow,
        color: ink.ink,
        fontSize: 12,
        width: names,
        overflow: "truncate",
        ellipsis: "…",
      },
    },
    series: [
      {
        id: "cursor",
        type: "bar",
        barMaxWidth: narrow ? 9 : 20,
        barMinHeight: 1,
        data: rows.map((row) => ({
          value: row.value,
          itemStyle: { color: row.isRest ? ink.line : ink.accent, borderRadius: [0, 3, 3, 0] },
          label: { formatter: narrow ? above(row, size, font) : row.text },
        })),
        label: {
          show: true,
          position: narrow ? [0, -16] : "right",
          distance: 8,
          color: ink.ink,
          fontSize: 12,
        },
      },
    ],
  };
}

// On a phone name and number stand over the bar; the name gives way.
function above(row, size, font) {
  const room = size.width - 24 - widthOf(row.text, font);
  let { name } = row;
  while (name.length > 3 && widthOf(`${name}…`, font) > room) name = name.slice(0, -1);
  return `${name === row.name ? name : `${name}…`}  ${row.text}`;
}
