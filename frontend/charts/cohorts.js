// The share that was paid in by age, a line for each year of signing; the newest stands out.

import { base, isNarrow } from "./inks.js";

export function cohorts(drawing, ink, size) {
  const narrow = isNarrow(size);
  const most = Math.max(0, ...drawing.lines.flatMap((line) => line.values));
  const least = Math.min(0, ...drawing.lines.flatMap((line) => line.values));
  return {
    ...base(ink, drawing),
    grid: { left: 48, right: narrow ? 92 : 120, top: 14, bottom: 28 },
    tooltip: { ...base(ink, drawing).tooltip, trigger: "item" },
    xAxis: {
      type: "category",
      data: drawing.ages,
      boundaryGap: false,
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: { color: ink.ink2, fontSize: 12, alignMinLabel: "left", alignMaxLabel: "right" },
    },
    yAxis: {
      type: "value",
      min: least < 0 ? undefined : 0,
      max: most > 0 ? undefined : 1,
      splitNumber: 4,
      axisLabel: { color: ink.ink2, fontSize: 12, formatter: "{value}%" },
      splitLine: { lineStyle: { color: ink.border } },
    },
    series: drawing.lines.map((line, number) => lineOf(line, number, drawing, ink)),
  };
}

function lineOf(line, number, drawing, ink) {
  const isNewest = number === drawing.lines.length - 1;
  const colour = isNewest ? ink.accent : ink.ink3;
  const last = line.values.findLastIndex((value) => value !== null);
  return {
    id: `line-${number}`,
    type: "line",
    symbol: "circle",
    symbolSize: 6,
    lineStyle: { color: colour, width: isNewest ? 2.5 : 1.5 },
    itemStyle: { color: colour },
    tooltip: { formatter: () => drawing.points[line.row]?.join("\n") ?? "" },
    data: line.values.map((value, age) => ({
      value: value ?? "-",
      label: {
        show: age === last,
        position: "right",
        formatter: `${line.name}  ${line.texts[age]}`,
        color: isNewest ? ink.accent : ink.ink2,
        fontSize: 12,
        fontWeight: isNewest ? 650 : 400,
      },
    })),
    labelLayout: { moveOverlap: "shiftY" },
  };
}
