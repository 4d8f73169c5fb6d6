import type { SampleRepository } from "./history";

const web = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Tidepool</title>
  <link rel="stylesheet" href="style.css">
</head>
<body>
  <main>
    <h1>Tidepool</h1>
    <p>Goods for life near water. The manual has a site of its own, from the same repository.</p>
  </main>
</body>
</html>
`;

const style = `body {
  margin: 0;
  min-height: 100vh;
  display: grid;
  place-items: center;
  background: #dfeceb;
  color: #143239;
  font: 19px/1.6 ui-sans-serif, system-ui, sans-serif;
}
main {
  max-width: 32rem;
  padding: 2rem;
}
h1 {
  font-size: 3rem;
  margin: 0 0 1rem;
}
`;

const build = `import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist");
const pages = readdirSync("pages").filter((name) => name.endsWith(".md")).sort();
for (const name of pages) {
  const lines = readFileSync(\`pages/\${name}\`, "utf8").split("\\n");
  const body = lines.map(toHtml).filter(Boolean).join("\\n");
  const title = lines[0].replace(/^# /, "");
  const target = name.replace(/\\.md$/, ".html");
  writeFileSync(\`dist/\${target}\`, layout(title, body));
  console.log(\`pages/\${name} -> dist/\${target}\`);
}
console.log(\`\${pages.length} pages\`);

function toHtml(line) {
  if (line.startsWith("# ")) return \`<h1>\${escape(line.slice(2))}</h1>\`;
  return line.trim() ? \`<p>\${escape(line)}</p>\` : "";
}

function escape(text) {
  return text.replace(/[&<>"]/g, (character) => \`&#\${character.charCodeAt(0)};\`);
}

function layout(title, body) {
  const links = pages.map((name) => \`<a href="\${name.replace(/\\.md$/, ".html")}">\${name.replace(/\\.md$/, "")}</a>\`);
  return \`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>\${escape(title)}</title><style>body{font:18px/1.65 Georgia,serif;max-width:36rem;margin:4rem auto;padding:0 1.5rem}nav a{margin-right:1rem}</style></head>
<body><nav>\${links.join("")}</nav>
\${body}
</body></html>
\`;
}
`;

/** Two apps in one repository: one is plain files, one is built. */
export const monorepo: SampleRepository = {
  owner: "tidepool",
  name: "monorepo",
  description: "Two sites in one repository: apps/web is plain files, apps/docs is built.",
  commits: [
    {
      message: "Begin with the web app",
      author: "octocat",
      hoursAgo: 500,
      files: {
        "README.md":
          "# monorepo\n\n- `apps/web`: plain files\n- `apps/docs`: `npm run build` in that folder, output in `dist`\n",
        ".gitignore": "node_modules/\ndist/\n",
        "apps/web/index.html": web,
        "apps/web/style.css": style,
      },
    },
    {
      message: "Add the manual",
      author: "mona",
      hoursAgo: 450,
      files: {
        "apps/docs/package.json": `${JSON.stringify({ name: "docs", private: true, type: "module", scripts: { build: "node build.mjs" } }, null, 2)}\n`,
        "apps/docs/build.mjs": build,
        "apps/docs/pages/index.md": "# The manual\n\nHow to keep things from drifting away.\n",
        "apps/docs/pages/knots.md": "# Knots\n\nA bowline holds. A granny does not.\n",
      },
    },
    {
      message: "Explain the tides",
      author: "mona",
      hoursAgo: 20,
      files: { "apps/docs/pages/tides.md": "# Tides\n\nTwice a day, an hour later than yesterday.\n" },
    },
  ],
};
