// One small chart for each part, all on one scale.

import { base, grouped, isNarrow } from "./inks.js";

const TITLE = 22;
const FOOT = 22;

export function years(drawing, ink, size) {
  const narrow = isNarrow(size);
  const parts = drawing.parts;
  const columns = narrow ? 1 : Math.min(parts.length, 3);
  const rows = Math.ceil(parts.length / columns);
  const all = parts.flatMap((part) => part.values.filter((value) => value !== null));
  const most = Math.max(0, ...all);
  const least = Math.min(0, ...all);
  const left = 42;
  const wide = (size.width - left - 8) / columns;
  const high = size.height / rows;
  const frame = (number) => ({
    left: left + (number % columns) * wide,
    top: Math.floor(number / columns) * high + TITLE + 14,
    width: wide - 20,
    height: high - TITLE - FOOT - 18,
  });
  const step = Math.ceil((drawing.years.length * 34) / (wide - 20));
  return {
    ...base(ink, drawing),
    title: parts.map((part, number) => ({
      text: part.name,
      left: frame(number).left,
      top: frame(number).top - TITLE - 14,
      padding: 0,
      textStyle: {
        fontFamily: ink.font,
        fontSize: 13,
        fontWeight: 600,
        color: ink.ink,
        width: wide - 24,
        overflow: "truncate",
      },
    })),
    grid: parts.map((_, number) => frame(number)),
    xAxis: parts.map((_, number) => ({
      type: "category",
      gridIndex: number,
      data: drawing.years,
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: { color: ink.ink2, fontSize: 12, interval: Math.max(step - 1, 0) },
    })),
    yAxis: parts.map((_, number) => ({
      type: "value",
      gridIndex: number,
      min: least < 0 ? undefined : 0,
      max: most || 1,
      splitNumber: 3,
      axisLabel: {
        show: number % columns === 0,
        color: ink.ink2,
        fontSize: 12,
        showMaxLabel: false,
        formatter: grouped,
      },
      splitLine: { lineStyle: { color: ink.border } },
    })),
    series: parts.map((part, number) => {
      const top = part.values.indexOf(Math.max(...part.values.map((value) => value ?? -Infinity)));
      return {
        id: number ? `part-${number}` : "cursor",
        type: "bar",
        xAxisIndex: number,
        yAxisIndex: number,
        barMaxWidth: 22,
        barCategoryGap: "25%",
        itemStyle: { color: part.edge ? ink[`cluster-${part.edge}`] : ink.accent },
        data: part.values.map((value, year) => ({
          value: value ?? "-",
          label: { show: year === top, formatter: part.texts[year] },
        })),
        label: { position: "top", color: ink.ink, fontSize: 12, fontWeight: 600, distance: 3 },
      };
    }),
  };
}
