// The goals of a trajectory, and what was missing of the last one.

import { widthOf } from "./inks.js";
import { time } from "./scale.js";
import { silent, words } from "./words.js";

// Where the line of a goal begins: with the plan for the one that the path leads to.
const goalFrom = (goal, drawing) =>
  goal === drawing.goals.at(-1) ? Math.max(time(drawing.from), time(drawing.planFrom)) : time(goal.on) - 2e10;

export function goalOf(goal, drawing, ink, narrow) {
  const isLast = goal === drawing.goals.at(-1);
  const due = time(goal.on);
  const from = goalFrom(goal, drawing);
  const line = {
    ...silent,
    type: "line",
    data: [
      [from, goal.value],
      [due, goal.value],
    ],
    lineStyle: { color: ink.ink, width: isLast ? 1.75 : 1.25 },
    z: 6,
  };
  if (!isLast && narrow) return [line];
  return [
    line,
    words(isLast ? from : due, goal.value, narrow ? goal.brief : goal.text, ink, {
      position: [0, -17],
      align: isLast ? "left" : "right",
      color: ink.ink,
      fontWeight: 620,
    }),
  ];
}

// What the goals' lines and words cover.
export function goalBoxes(drawing, ink, at, narrow) {
  return drawing.goals.flatMap((goal) => {
    const isLast = goal === drawing.goals.at(-1);
    const [x1, y] = at(goal.on, goal.value);
    const x0 = at(new Date(goalFrom(goal, drawing)), goal.value)[0];
    const width = widthOf(narrow ? goal.brief : goal.text, `620 12px ${ink.font}`);
    const line = { x0, x1, y0: y - 3, y1: y + 3 };
    if (!isLast && narrow) return [line];
    const left = isLast ? x0 : x1 - width;
    return [line, { x0: left, x1: left + width, y0: y - 19, y1: y }];
  });
}

export function shortOf(drawing, ink) {
  const { short } = drawing;
  if (!short) return [];
  const on = time(short.on);
  return [
    {
      ...silent,
      type: "line",
      data: [
        [on, short.from],
        [on, short.to],
      ],
      lineStyle: { color: ink.bad, width: 2 },
      z: 8,
    },
    words(on, short.to, short.text, ink, { position: [4, -17], color: ink.bad, fontWeight: 650 }),
  ];
}
