/** A stretch of text in one style. Tones are tokens of the design, never the colours that the program asked for. */
export type Segment = {
  text: string;
  tone?: LogTone;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
};

export type LogTone = "ink" | "dim" | "accent" | "ok" | "warn" | "bad";

type Style = Omit<Segment, "text">;

/** The eight colours of a terminal, in their order. Magenta has no token of its own. */
const palette: readonly LogTone[] = ["dim", "bad", "ok", "warn", "accent", "accent", "accent", "ink"];
const bright: readonly LogTone[] = ["dim", "bad", "ok", "warn", "accent", "accent", "accent", "ink"];

/*
 * Everything that begins with an escape: CSI sequences (ECMA-48 5.4), strings such as titles and hyperlinks (OSC, DCS,
 * SOS, PM, APC; ended by BEL or ST), and the two- or three-byte rest. A sequence cut off by the line's end goes as well.
 */
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about.
  /\u001b\[[0-?]*[ -/]*(?:[@-~]|$)|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|\u001b[ -/]*(?:[0-~]|$)|\u009b[0-?]*[ -/]*(?:[@-~]|$)/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the same.
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the same.
const sgr = /^(?:\u001b\[|\u009b)([0-9;:]*)m$/;

/** A line as it would stand on the screen: of what a carriage return overwrote, only the last remains. */
function settled(line: string): string {
  const text = line.replace(/\r+$/, "");
  return text.slice(text.lastIndexOf("\r") + 1);
}

/**
 * Cuts one line of a terminal's output into styled segments. Colours become tones, every other escape sequence and
 * control character is dropped: nothing of it can reach the page as anything but text.
 */
export function parseAnsi(line: string): Segment[] {
  const source = settled(line);
  const segments: Segment[] = [];
  let style: Style = {};
  let from = 0;
  const push = (to: number) => {
    const text = source.slice(from, to).replace(controls, "");
    if (text !== "") segments.push({ text, ...style });
  };
  for (const match of source.matchAll(escapes)) {
    push(match.index);
    from = match.index + match[0].length;
    const codes = sgr.exec(match[0])?.[1];
    if (codes !== undefined) style = restyle(style, codes.split(/[;:]/).map(Number));
  }
  push(source.length);
  return segments;
}

/** The same line without any style. */
export function plainText(line: string): string {
  return settled(line).replace(escapes, "").replace(controls, "");
}

function restyle(before: Style, codes: number[]): Style {
  let style = before;
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] ?? 0;
    if (code === 38 || code === 48) {
      const { tone, used } = extended(codes.slice(i + 1));
      if (code === 38) style = withTone(style, tone);
      i += used;
    } else style = applyCode(style, code);
  }
  return style;
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return {};
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 22) return without(style, "bold", "dim");
  if (code === 23) return without(style, "italic");
  if (code === 24) return without(style, "underline");
  if (code === 39) return without(style, "tone");
  if (code >= 30 && code <= 37) return withTone(style, palette[code - 30]);
  if (code >= 90 && code <= 97) return withTone(style, bright[code - 90]);
  return style;
}

function without(style: Style, ...keys: (keyof Style)[]): Style {
  const rest = { ...style };
  for (const key of keys) delete rest[key];
  return rest;
}

function withTone(style: Style, tone: LogTone | undefined): Style {
  return tone === undefined ? style : { ...style, tone };
}

/** `5;n` is one of 256 colours, `2;r;g;b` a true one. Answers how many of the codes were used up. */
function extended(codes: number[]): { tone: LogTone | undefined; used: number } {
  if (codes[0] === 5) return { tone: toneOf256(codes[1] ?? 0), used: 2 };
  if (codes[0] === 2) return { tone: toneOfRgb(codes[1] ?? 0, codes[2] ?? 0, codes[3] ?? 0), used: 4 };
  return { tone: undefined, used: 0 };
}

function toneOf256(n: number): LogTone | undefined {
  if (n < 8) return palette[n];
  if (n < 16) return bright[n - 8];
  if (n >= 232) return n < 248 ? "dim" : "ink";
  const cube = n - 16;
  return toneOfRgb(Math.floor(cube / 36) * 51, (Math.floor(cube / 6) % 6) * 51, (cube % 6) * 51);
}

/** The token whose hue is nearest; greys are ink or dim. */
function toneOfRgb(r: number, g: number, b: number): LogTone {
  const most = Math.max(r, g, b);
  const least = Math.min(r, g, b);
  if (most - least < 32) return most > 192 ? "ink" : "dim";
  if (b === most) return "accent";
  if (r === most) return g > (r + b) / 2 ? "warn" : b > r * 0.75 ? "accent" : "bad";
  return r > g * 0.75 ? "warn" : "ok";
}
