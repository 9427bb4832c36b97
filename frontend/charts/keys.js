// Arrow keys move along the points of a chart; each is announced, and its tip shown.

export function steer(figure, area, chart) {
  const said = figure.querySelector(".chart-said");
  const { points, comma } = chart.drawing;
  let at = -1;
  const go = (point) => {
    at = Math.min(Math.max(point, 0), points.length - 1);
    chart.show(at);
    said.textContent = points[at].join(comma);
  };
  area.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = {
      ArrowRight: () => go(at + 1),
      ArrowDown: () => go(at + 1),
      ArrowLeft: () => go(at < 0 ? points.length - 1 : at - 1),
      ArrowUp: () => go(at < 0 ? points.length - 1 : at - 1),
      Home: () => go(0),
      End: () => go(points.length - 1),
      Escape: () => chart.hide(),
    };
    if (!steps[event.key] || !points.length) return;
    event.preventDefault();
    steps[event.key]();
  });
  area.addEventListener("blur", () => chart.hide());
}
