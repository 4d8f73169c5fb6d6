import type { PackageSource } from "@/e2e/forge/registry/packages";

/** The one dependency of the storefront sample: HTML from tagged templates, escaped. */
export const tideHtml: PackageSource = {
  name: "tide-html",
  version: "1.2.0",
  description: "HTML from tagged templates, escaped.",
  main: "index.js",
  files: {
    "README.md": "# tide-html\n\n`html` escapes every value; arrays are joined; `raw` lets markup through.\n",
    "index.js": `const RAW = Symbol("raw");

export function raw(text) {
  return { [RAW]: String(text) };
}

export function html(strings, ...values) {
  return raw(strings.reduce((all, part, index) => all + show(values[index - 1]) + part));
}

export function render(value) {
  return show(value);
}

function show(value) {
  if (value === null || value === undefined || value === false) return "";
  if (Array.isArray(value)) return value.map(show).join("");
  if (typeof value === "object" && RAW in value) return value[RAW];
  return String(value).replace(/[&<>"']/g, (character) => "&#" + character.charCodeAt(0) + ";");
}
`,
  },
};
