// Where days and values of a trajectory stand, in its axes and in pixels.

// Every value that stands in the upper frame.
const values = (drawing) => [
  0,
  ...drawing.lines.flatMap((line) => line.points.map((point) => point[1])),
  ...drawing.goals.map((goal) => goal.value),
  ...drawing.path.map((point) => point[1]),
];

export function highest(drawing) {
  const most = Math.max(...values(drawing));
  return most > 0 ? rounded(most * 1.06) : 1;
}

export function lowest(drawing) {
  const least = Math.min(...values(drawing));
  return least < 0 ? -rounded(-least * 1.06) : 0;
}

// The next number that an axis can well end with.
export function rounded(number) {
  const power = 10 ** Math.floor(Math.log10(number));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((step) => step * power >= number) * power;
}

export const time = (day) => (day instanceof Date ? day : new Date(`${day}T00:00:00`)).getTime();

// Pixels of a day and a value, before ECharts has laid anything out.
export function placing(drawing, grid, size, top) {
  const [from, to] = [time(drawing.from), time(drawing.to)];
  const least = lowest(drawing);
  const wide = size.width - grid.left - grid.right;
  const high = size.height - grid.top - grid.bottom;
  return (day, value) => [
    grid.left + ((time(day) - from) / (to - from)) * wide,
    grid.top + high - ((value - least) / (top - least)) * high,
  ];
}
