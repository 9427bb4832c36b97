// The axes of a trajectory: time, values, and what each quarter added.

import { grouped } from "./inks.js";
import { rounded, time } from "./scale.js";

export function timeAxis(drawing, ink, number, count, narrow) {
  const last = number === count - 1;
  const years = drawing.years.map((year) => time(year.on));
  const room = narrow ? 7 : 14;
  const step = Math.ceil(drawing.years.length / room) * (narrow && drawing.years.length > 5 ? 2 : 1);
  const named = new Map(drawing.years.map((year) => [time(year.on), year.text]));
  const shown = years.filter((_, place) => place % Math.max(step, 1) === 0);
  return {
    type: "time",
    gridIndex: number,
    min: time(drawing.from),
    max: time(drawing.to),
    axisLine: { lineStyle: { color: ink.line }, onZero: false },
    axisTick: { show: true, customValues: shown, lineStyle: { color: ink.line }, length: 4 },
    axisLabel: {
      show: last,
      customValues: shown,
      color: ink.ink2,
      fontSize: 12,
      hideOverlap: true,
      formatter: (value) => named.get(value) ?? "",
    },
    splitLine: { show: false },
    axisPointer: { label: { show: false } },
  };
}

export function valueAxis(ink, more) {
  return {
    type: "value",
    splitNumber: 5,
    axisLabel: { color: ink.ink2, fontSize: 12, formatter: grouped },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: ink.border } },
    ...more,
  };
}

export function barAxis(drawing, ink) {
  const most = Math.max(0, ...drawing.bars.map((bar) => bar.value));
  const least = Math.min(0, ...drawing.bars.map((bar) => bar.value));
  const ends = { min: least < 0 ? -rounded(-least) : 0, max: most > 0 ? rounded(most) : 1 };
  return {
    ...valueAxis(ink, ends),
    gridIndex: 1,
    splitLine: { show: false },
    axisLabel: { color: ink.ink2, fontSize: 12, formatter: grouped, customValues: [ends.max] },
    name: `${drawing.barsName}   ○ ${drawing.emptyName}`,
    nameLocation: "end",
    nameGap: 12,
    nameTextStyle: { align: "left", color: ink.ink2, fontSize: 12, padding: [0, 0, 0, -6] },
  };
}
