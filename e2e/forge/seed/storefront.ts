import type { SampleRepository } from "./history";
import { tideHtml } from "./packages";

const manifest = {
  name: "storefront",
  version: "1.0.0",
  private: true,
  type: "module",
  scripts: { build: "node build.mjs" },
  dependencies: { "tide-html": "^1.2.0" },
};

/** No `resolved` addresses: the lock is good for the registry at any port. */
const lock = (integrity: string) => ({
  name: "storefront",
  version: "1.0.0",
  lockfileVersion: 3,
  requires: true,
  packages: {
    "": { name: "storefront", version: "1.0.0", dependencies: manifest.dependencies },
    "node_modules/tide-html": { version: tideHtml.version, integrity, license: "MIT" },
  },
});

const build = `import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { html, render } from "tide-html";

const started = performance.now();
const shop = JSON.parse(readFileSync("content/shop.json", "utf8"));

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/goods", { recursive: true });
cpSync("static", "dist", { recursive: true });

write("index.html", layout(shop.name, "", home()));
for (const item of shop.goods) write(\`goods/\${item.id}.html\`, layout(item.name, "../", detail(item)));
write("404.html", layout("Not found", "/", html\`<h1>Not found</h1><p>That shelf is empty. <a href="/">Back</a></p>\`));
console.log(\`Built \${shop.goods.length + 2} pages in \${Math.round(performance.now() - started)} ms\`);

function home() {
  return html\`<h1>\${shop.name}</h1><p class="lead">\${shop.motto}</p>
<ul class="goods">\${shop.goods.map(
    (item) => html\`<li><a href="goods/\${item.id}.html"><span class="swatch" style="background:\${item.colour}"></span>
<b>\${item.name}</b><span>\${price(item)}</span></a></li>\`,
  )}</ul>\`;
}

function detail(item) {
  return html\`<p><a href="../">\${shop.name}</a></p><h1>\${item.name}</h1><p class="lead">\${item.about}</p><p>\${price(item)}</p>\`;
}

function price(item) {
  return new Intl.NumberFormat("en", { style: "currency", currency: "EUR" }).format(item.cents / 100);
}

function layout(title, base, content) {
  return html\`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>\${title}</title><link rel="stylesheet" href="\${base}shop.css"></head><body><main>\${content}</main></body></html>
\`;
}

function write(path, page) {
  writeFileSync(\`dist/\${path}\`, render(page));
  console.log(\`  dist/\${path}\`);
}
`;

const shop = {
  name: "Tidepool Goods",
  motto: "Small things for people who live near water.",
  goods: [
    {
      id: "lantern",
      name: "Storm lantern",
      cents: 4900,
      colour: "#e0a458",
      about: "Burns through the night, whatever the wind says.",
    },
    {
      id: "rope",
      name: "Six fathoms of rope",
      cents: 1850,
      colour: "#8d7b68",
      about: "Tarred hemp, spliced at both ends.",
    },
    {
      id: "mug",
      name: "Deck mug",
      cents: 1200,
      colour: "#3d7c8a",
      about: "Enamelled steel with a wide foot, so that it stays where you put it.",
    },
    {
      id: "chart",
      name: "Chart of the inner bay",
      cents: 2600,
      colour: "#b9c9b2",
      about: "Soundings in metres, corrected this year.",
    },
    { id: "whistle", name: "Fog whistle", cents: 950, colour: "#c8553d", about: "Heard half a mile away." },
    {
      id: "blanket",
      name: "Harbor blanket",
      cents: 7900,
      colour: "#51617a",
      about: "Undyed wool, woven on the island.",
    },
  ],
};

const css = `body {
  margin: 0;
  background: #faf8f4;
  color: #20303a;
  font: 17px/1.6 ui-sans-serif, system-ui, sans-serif;
}
main {
  max-width: 52rem;
  margin: 0 auto;
  padding: 4rem 1.5rem;
}
h1 {
  font-size: clamp(2rem, 6vw, 3rem);
  line-height: 1.1;
  letter-spacing: -0.02em;
}
.lead {
  font-size: 1.15rem;
  max-width: 36rem;
}
.goods {
  list-style: none;
  padding: 0;
  display: grid;
  gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr));
}
.goods a {
  display: grid;
  gap: 0.25rem;
  padding: 1rem;
  border: 1px solid #e2ddd3;
  border-radius: 14px;
  background: #fff;
  color: inherit;
  text-decoration: none;
}
.swatch {
  height: 6rem;
  border-radius: 8px;
}
`;

/** Needs `npm ci` and `npm run build`; the result is in `dist`. */
export function storefront(integrity: string): SampleRepository {
  return {
    owner: "tidepool",
    name: "storefront",
    description: "A shop window that is built: npm ci, npm run build, output in dist.",
    commits: [
      {
        message: "Begin the shop",
        author: "mona",
        hoursAgo: 300,
        files: {
          "README.md": "# storefront\n\n    npm ci\n    npm run build\n\nThe site is in `dist`.\n",
          ".gitignore": "node_modules/\ndist/\n",
          "package.json": text(manifest),
          "package-lock.json": text(lock(integrity)),
          "build.mjs": build,
          "content/shop.json": text({ ...shop, goods: shop.goods.slice(0, 4) }),
        },
      },
      { message: "Dress the window", author: "mona", hoursAgo: 280, files: { "static/shop.css": css } },
      {
        message: "Add the whistle and the blanket",
        author: "octocat",
        hoursAgo: 8,
        files: { "content/shop.json": text(shop) },
      },
      {
        message: "Try a shorter motto",
        author: "octocat",
        hoursAgo: 6,
        branch: "develop",
        files: { "content/shop.json": text({ ...shop, motto: "Small things for life near water." }) },
      },
    ],
  };
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
