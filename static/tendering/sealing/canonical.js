// RFC 8785 for what our papers hold: strings, whole numbers, booleans, null, arrays, objects.
// Object keys are sorted by UTF-16 code units, which is what JavaScript's own comparison does.

export function canonical(value) {
  if (value === null || typeof value === "boolean" || typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value}: money and scores travel as strings`);
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const members = Object.keys(value).sort().filter((key) => value[key] !== undefined);
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

export const canonicalBytes = (value) => new TextEncoder().encode(canonical(value));
