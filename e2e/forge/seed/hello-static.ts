import type { SampleRepository } from "./history";

const page = (title: string, depth: string, body: string) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title}</title>
  <link rel="stylesheet" href="${depth}styles.css">
  <link rel="icon" href="${depth}images/harbor.svg">
</head>
<body>
${body}
</body>
</html>
`;

const home = (greeting: string) =>
  page(
    "Hello from the harbor",
    "",
    `  <main>
    <img src="images/harbor.svg" alt="A small lighthouse above calm water at dusk" width="320" height="200">
    <h1>${greeting}</h1>
    <p>This page is plain HTML in a Git repository. Change it, push, and look again.</p>
    <p><a href="about/">What is this?</a></p>
  </main>`,
  );

const about = page(
  "About the harbor",
  "../",
  `  <main>
    <h1>What is this?</h1>
    <p>A static site without a build: the files in the repository are the files that are served.</p>
    <p><a href="../">Back to the harbor</a></p>
  </main>`,
);

const notFound = page(
  "Nothing at this berth",
  "/",
  `  <main>
    <h1>Nothing at this berth</h1>
    <p>The page that you looked for has sailed. <a href="/">Back to the harbor</a></p>
  </main>`,
);

const styles = `:root {
  --sky: #f3efe6;
  --ink: #1c2b36;
  --sea: #1f6f78;
}

@media (prefers-color-scheme: dark) {
  :root {
    --sky: #10191f;
    --ink: #e8eef0;
    --sea: #7fd0d8;
  }
}

* {
  box-sizing: border-box;
}

body {
  margin: 0;
  min-height: 100vh;
  display: grid;
  place-items: center;
  background: var(--sky);
  color: var(--ink);
  font: 18px/1.6 ui-serif, Georgia, "Times New Roman", serif;
}

main {
  max-width: 34rem;
  padding: 3rem 1.5rem;
}

img {
  display: block;
  width: 100%;
  height: auto;
  border-radius: 18px;
}

h1 {
  font-size: clamp(2rem, 7vw, 3.2rem);
  line-height: 1.1;
  letter-spacing: -0.02em;
  margin: 2rem 0 1rem;
}

a {
  color: var(--sea);
  text-underline-offset: 0.2em;
}
`;

const harbor = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200" role="img">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#23395b"/>
      <stop offset=".65" stop-color="#e08e6d"/>
      <stop offset="1" stop-color="#f4c095"/>
    </linearGradient>
  </defs>
  <rect width="320" height="200" fill="url(#sky)"/>
  <circle cx="86" cy="128" r="22" fill="#ffe3b3"/>
  <path d="M0 138h320v62H0z" fill="#1f6f78"/>
  <path d="M64 146h44M56 156h60M70 166h32" stroke="#ffe3b3" stroke-width="3" stroke-linecap="round" opacity=".7"/>
  <path d="M206 140c14-14 60-16 86 0z" fill="#16313b"/>
  <path d="M236 134l6-62h16l6 62z" fill="#f7f3ea"/>
  <path d="M239.5 98h21l1.8 18h-24.600z" fill="#c8553d"/>
  <rect x="240" y="58" width="20" height="14" rx="2" fill="#16313b"/>
  <path d="M238 58l12-12 12 12z" fill="#c8553d"/>
  <path d="M244 64L96 40v28z" fill="#ffe3b3" opacity=".35"/>
</svg>
`;

/** Plain files, no build. */
export const helloStatic: SampleRepository = {
  owner: "octocat",
  name: "hello-static",
  description: "A static site in plain HTML and CSS: nothing to install, nothing to build.",
  commits: [
    {
      message: "Begin with a single page",
      author: "octocat",
      hoursAgo: 400,
      files: {
        "index.html": home("Hello"),
        "README.md": "# hello-static\n\nA site without a build. Push and it is live.\n",
      },
    },
    {
      message: "Give the page some colour",
      author: "mona",
      hoursAgo: 390,
      files: { "styles.css": styles },
    },
    {
      message: "Draw the harbor",
      author: "mona",
      hoursAgo: 200,
      files: { "images/harbor.svg": harbor },
    },
    {
      message: "Say what this is, and what is not here",
      author: "octocat",
      hoursAgo: 90,
      files: { "about/index.html": about, "404.html": notFound },
    },
    {
      message: "Greet from the harbor",
      author: "octocat",
      hoursAgo: 5,
      files: { "index.html": home("Hello from the harbor") },
    },
    {
      message: "Try a longer greeting",
      author: "mona",
      hoursAgo: 3,
      branch: "develop",
      files: { "index.html": home("Hello from the harbor, and welcome ashore") },
    },
  ],
};
