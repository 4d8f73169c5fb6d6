import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Rgb = [number, number, number];
type Color = { rgb: Rgb; alpha: number };

const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");

/** Björn Ottosson's OKLab to linear sRGB, clipped to the gamut as a screen does. */
function linearOf(l: number, c: number, h: number): Rgb {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clip = (x: number) => Math.min(1, Math.max(0, x));
  return [
    clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

const encode = (x: number) => (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055);
const decode = (x: number) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
const mapRgb = (rgb: Rgb, f: (x: number, i: number) => number): Rgb => [
  f(rgb[0], 0),
  f(rgb[1], 1),
  f(rgb[2], 2),
];

function tokensOf(selector: string): Map<string, Color> {
  const block = new RegExp(`^${selector} \\{([^}]*)\\}`, "m").exec(css)?.[1] ?? "";
  const found = [...block.matchAll(/--([a-z0-9-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\);/g)];
  return new Map(
    found.map(([, name = "", l, c, h, alpha]) => {
      const rgb = mapRgb(linearOf(Number(l), Number(c), Number(h)), encode);
      return [name, { rgb, alpha: alpha === undefined ? 1 : Number(alpha) }];
    }),
  );
}

/** A see-through colour on its ground, mixed in sRGB as browsers do. */
function over(top: Color, ground: Color): Color {
  return { rgb: mapRgb(top.rgb, (x, i) => x * top.alpha + (ground.rgb[i] ?? 0) * (1 - top.alpha)), alpha: 1 };
}

function luminance({ rgb }: Color): number {
  const [r, g, b] = mapRgb(rgb, decode);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2, "contrast ratio". */
function contrast(a: Color, b: Color): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const paper = ["canvas", "surface", "sunken"];
const filled = ["fill on canvas", "fill on surface"];
const soft = ["ok-soft", "warn-soft", "bad-soft", "accent-soft"];

/** Text on ground at 4.5:1, shapes and borders at 3:1. */
const text: [string, string[]][] = [
  ["ink", [...paper, ...filled, ...soft]],
  ["ink-2", [...paper, ...filled, ...soft]],
  ["ink-3", [...paper, ...filled, ...soft]],
  ["accent", [...paper, ...filled, "accent-soft"]],
  ["ok", [...paper, ...filled, "ok-soft", "accent-soft"]],
  ["warn", [...paper, ...filled, "warn-soft", "accent-soft"]],
  ["bad", [...paper, ...filled, "bad-soft", "accent-soft"]],
  ["idle", [...paper, ...filled, "accent-soft"]],
  ["on-ink", ["ink"]],
  ["on-bad", ["bad-solid"]],
];

const shapes: [string, string[]][] = [
  ["ok-solid", ["surface", "canvas", "ok-soft"]],
  ["warn-solid", ["surface", "canvas"]],
  ["bad-solid", ["surface", "canvas", "bad-soft"]],
  ["idle-solid", ["surface", "canvas"]],
  ["accent", ["surface", "canvas", "sunken"]],
  ["control", ["surface"]],
];

describe.each([
  ["light", ":root"],
  ["dark", "\\.dark"],
])("in the %s theme", (_, selector) => {
  const tokens = tokensOf(selector);
  const token = (name: string): Color => {
    const color = tokens.get(name);
    if (!color) throw new Error(`globals.css has no --${name} in ${selector}`);
    return color;
  };
  const ground = (name: string): Color => {
    const [top = "", below] = name.split(" on ");
    return below ? over(token(top), token(below)) : token(top);
  };
  const pairs = (list: [string, string[]][]) =>
    list.flatMap(([front, backs]) => backs.map((back) => [front, back] as const));

  it.each(pairs(text))("%s is legible on %s", (front, back) => {
    expect(contrast(token(front), ground(back))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(pairs(shapes))("the shape in %s stands out from %s", (front, back) => {
    expect(contrast(token(front), ground(back))).toBeGreaterThanOrEqual(2.995);
  });
});

it("knows black on white as 21 to 1", () => {
  expect(contrast({ rgb: [0, 0, 0], alpha: 1 }, { rgb: [1, 1, 1], alpha: 1 })).toBeCloseTo(21);
});

it("has the same tokens in both themes", () => {
  expect([...tokensOf("\\.dark").keys()].sort()).toEqual([...tokensOf(":root").keys()].sort());
});
