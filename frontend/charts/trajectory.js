// A cumulative line against the straight path and the goals, with what each quarter added below.

import { barAxis, timeAxis, valueAxis } from "./axes.js";
import { eventsOf, quietOf } from "./events.js";
import { goalBoxes, goalOf, shortOf } from "./goals.js";
import { base, isNarrow, widthOf } from "./inks.js";
import { highest, lowest, placing, time } from "./scale.js";
import { silent, words } from "./words.js";

export function trajectory(drawing, ink, size) {
  const narrow = isNarrow(size);
  const hasBars = drawing.bars.length > 0;
  const grid = frames(hasBars, narrow);
  const top = highest(drawing);
  const at = placing(drawing, grid[0], size, top);
  const taken = goalBoxes(drawing, ink, at, narrow);
  return {
    ...base(ink, drawing),
    grid,
    xAxis: grid.map((_, number) => timeAxis(drawing, ink, number, grid.length, narrow)),
    yAxis: [
      valueAxis(ink, { min: lowest(drawing), max: top, name: "" }),
      ...(hasBars ? [barAxis(drawing, ink)] : []),
    ],
    series: [
      cursor(drawing),
      zones(drawing, ink, at),
      ...drawing.lines.flatMap((line) => lineOf(line, drawing, ink)),
      ...pathOf(drawing, ink, at),
      ...quietOf(drawing, ink, at, top, taken),
      ...drawing.goals.flatMap((goal) => goalOf(goal, drawing, ink, narrow)),
      ...shortOf(drawing, ink),
      ...eventsOf(drawing, ink, at, grid[0], narrow, size, taken),
      ...(hasBars ? barsOf(drawing, ink, narrow) : []),
    ],
  };
}

function frames(hasBars, narrow) {
  const sides = { left: narrow ? 40 : 46, right: narrow ? 62 : 76 };
  if (!hasBars) return [{ ...sides, top: 26, bottom: 30 }];
  return [
    { ...sides, top: 26, bottom: 120 },
    { ...sides, height: 44, bottom: 30 },
  ];
}

// Not seen: it carries the tip and the keyboard from row to row of the table.
const cursor = (drawing) => ({
  id: "cursor",
  type: "line",
  data: drawing.cursor.map(([day, value]) => [time(day), value]),
  symbol: "none",
  lineStyle: { opacity: 0 },
  z: 0,
});

function zones(drawing, ink, at) {
  const zone = (part, style, label = { show: false }) => [
    { xAxis: time(part.from), itemStyle: style, label },
    { xAxis: time(part.to) },
  ];
  const data = [];
  const { before } = drawing;
  if (before) {
    const room = at(before.to, 0)[0] - at(before.from, 0)[0];
    data.push(
      zone(before, { color: ink.sunken, opacity: 0.8 }, {
        show: room > widthOf(before.text, `12px ${ink.font}`) + 12,
        color: ink.ink2,
        fontSize: 12,
        formatter: before.text,
        position: "insideTopLeft",
      }),
    );
  }
  if (drawing.quiet) data.push(zone(drawing.quiet, { color: ink.stripes }));
  return {
    type: "line",
    silent: true,
    data: [],
    tooltip: { show: false },
    markArea: { silent: true, data },
  };
}

function lineOf(line, drawing, ink) {
  if (!line.points.length) return [];
  const colour = line.key === "paid_in" ? ink.ink : ink.accent;
  const points = line.points.map(([day, value]) => [time(day), value]);
  const last = points.at(-1);
  const end = [Math.max(time(line.until), last[0]), last[1]];
  return [
    {
      ...silent,
      type: "line",
      data: points,
      lineStyle: { color: colour, width: 2 },
      areaStyle: line.key === "paid_in" ? undefined : { color: colour, opacity: 0.09 },
      z: line.isMain ? 5 : 4,
    },
    { ...silent, type: "line", data: [last, end], lineStyle: { color: colour, width: 2, type: "dotted" }, z: 5 },
    {
      type: "scatter",
      silent: true,
      data: [end],
      symbolSize: 8,
      itemStyle: { color: colour },
      z: 7,
      label: {
        show: true,
        position: "right",
        distance: 6,
        align: "left",
        formatter: line.isMain
          ? `{value|${line.end}}\n{name|${line.name}}`
          : `{name|${line.end} ${line.name}}`,
        textBorderColor: ink.surface,
        textBorderWidth: 3,
        rich: {
          value: { fontSize: 15, fontWeight: 650, color: colour, lineHeight: 18, fontFamily: ink.font },
          name: { fontSize: 12, color: colour, lineHeight: 15, fontFamily: ink.font },
        },
      },
    },
  ];
}

function pathOf(drawing, ink, at) {
  if (!drawing.path.length) return [];
  const [begin, end] = drawing.path;
  const line = {
    ...silent,
    type: "line",
    data: drawing.path.map(([day, value]) => [time(day), value]),
    lineStyle: { color: ink.ink3, width: 1.5, type: [5, 4] },
    z: 3,
  };
  if (at(...end)[0] - at(...begin)[0] < 150) return [line];
  const middle = (time(begin[0]) + time(end[0])) / 2;
  return [
    line,
    words(middle, (begin[1] + end[1]) / 2, drawing.pathName, ink, { position: [8, 4] }),
  ];
}

function barsOf(drawing, ink, narrow) {
  const middle = (bar) => time(bar.on) + 45 * 864e5;
  return [
    {
      ...silent,
      type: "bar",
      xAxisIndex: 1,
      yAxisIndex: 1,
      barMaxWidth: 8,
      barMinHeight: 1,
      data: drawing.bars.filter((bar) => !bar.empty).map((bar) => [middle(bar), bar.value]),
      itemStyle: { color: ink.accent },
    },
    {
      ...silent,
      type: "scatter",
      symbol: "circle",
      xAxisIndex: 1,
      yAxisIndex: 1,
      symbolSize: narrow ? 3 : 5,
      symbolOffset: [0, -5],
      data: drawing.bars.filter((bar) => bar.empty).map((bar) => [middle(bar), 0]),
      itemStyle: { color: ink.surface, borderColor: ink.ink3, borderWidth: 1 },
    },
  ];
}
