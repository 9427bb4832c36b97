// Words in a chart, and whether they have room.

// What is drawn of a line that nobody points at.
export const silent = { silent: true, tooltip: { show: false }, symbol: "none" };

// A text at a place of the chart, without a mark.
export const words = (x, y, text, ink, label) => ({
  type: "scatter",
  silent: true,
  symbolSize: 0.01,
  data: [[x, y]],
  label: {
    show: true,
    formatter: text,
    color: ink.ink2,
    fontSize: 12,
    textBorderColor: ink.surface,
    textBorderWidth: 3,
    ...label,
  },
  z: 8,
});

// Whether the path runs through a box.
export function crosses(path, at, area) {
  if (!path.length) return false;
  const [[x0, y0], [x1, y1]] = path.map((point) => at(...point));
  const height = (x) => y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
  const ends = [Math.max(area.x0, x0), Math.min(area.x1, x1)];
  if (ends[0] > ends[1]) return false;
  const [low, high] = ends.map(height).sort((a, b) => a - b);
  return low < area.y1 && high > area.y0;
}

export const box = ([x, y], width, dx, dy) => ({
  x0: x + dx - 4,
  x1: x + dx + width + 4,
  y0: y + dy,
  y1: y + dy + 18,
});

export const overlap = (a, b) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
