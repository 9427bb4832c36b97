// What is told of each point: of its row in the table the first cell, then the others with head and unit.

export function told(points) {
  if (!points) return [];
  const { heads, colon, missing, rows } = points;
  return rows.map(([first, ...texts]) => [
    first,
    ...texts.map((text, place) => {
      const [head, unit] = heads[place];
      return `${head}${colon}${text === null ? missing : text + unit}`;
    }),
  ]);
}
