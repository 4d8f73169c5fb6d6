import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAnsi, plainText } from "./ansi";

const esc = "\u001b";

describe("parseAnsi", () => {
  it("leaves plain text as it is", () => {
    expect(parseAnsi("added 612 packages in 12s")).toEqual([{ text: "added 612 packages in 12s" }]);
  });

  it("gives colours the tones of the design and ends them where the program did", () => {
    expect(parseAnsi(`${esc}[32m✓${esc}[39m Compiled ${esc}[1min${esc}[0m 12s`)).toEqual([
      { text: "✓", tone: "ok" },
      { text: " Compiled " },
      { text: "in", bold: true },
      { text: " 12s" },
    ]);
  });

  it("understands several codes at once, bright colours, 256 colours and true colours", () => {
    expect(parseAnsi(`${esc}[1;31mA${esc}[0;93mB${esc}[38;5;196mC${esc}[38;2;0;120;255mD${esc}[m E`)).toEqual(
      [
        { text: "A", bold: true, tone: "bad" },
        { text: "B", tone: "warn" },
        { text: "C", tone: "bad" },
        { text: "D", tone: "accent" },
        { text: " E" },
      ],
    );
  });

  it("ignores grounds without losing count of their codes", () => {
    expect(parseAnsi(`${esc}[48;2;255;0;0;32mready`)).toEqual([{ text: "ready", tone: "ok" }]);
    expect(parseAnsi(`${esc}[41mx`)).toEqual([{ text: "x" }]);
  });

  it("drops cursor movement, titles and hyperlinks, and keeps a link's text", () => {
    expect(plainText(`${esc}[2K${esc}[1Gdone${esc}[?25h`)).toBe("done");
    expect(plainText(`${esc}]0;title\u0007text`)).toBe("text");
    expect(plainText(`see ${esc}]8;;https://x.example${esc}\\here${esc}]8;;${esc}\\.`)).toBe("see here.");
  });

  it("shows of a progress line what stood there last", () => {
    expect(plainText("10%\r50%\r100%\r")).toBe("100%");
  });

  it("drops a sequence that the end of the line cut off", () => {
    expect(plainText(`ok${esc}[3`)).toBe("ok");
    expect(plainText(`ok${esc}`)).toBe("ok");
  });

  it("lets no control character through, whatever arrives, and agrees with the plain text", () => {
    const noise = fc.string({
      unit: fc.constantFrom(
        esc,
        "[",
        "]",
        "m",
        "3",
        "1",
        ";",
        "\r",
        "\u0007",
        "\\",
        "a",
        "\u009b",
        "\u0000",
        "P",
      ),
    });
    fc.assert(
      fc.property(noise, (line) => {
        const text = parseAnsi(line)
          .map((segment) => segment.text)
          .join("");
        expect(text).toBe(plainText(line));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the promise is about them.
        expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });
});
