import type { SampleRepository } from "./history";

const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Notes of the house</title>
  <style>
    body { font: 18px/1.6 ui-serif, Georgia, serif; max-width: 36rem; margin: 12vh auto; padding: 0 1.5rem; }
    li { margin: 0.5rem 0; }
  </style>
</head>
<body>
  <h1>Notes of the house</h1>
  <ul>
    <li>The spare key hangs behind the barometer.</li>
    <li>Order lamp oil before the first storm.</li>
    <li>The cat is fed. Whatever it says.</li>
  </ul>
</body>
</html>
`;

/** Plain files again, but only members may read them. */
export const privateNotes: SampleRepository = {
  owner: "tidepool",
  name: "private-notes",
  private: true,
  description: "Plain pages in a private repository.",
  commits: [
    {
      message: "Write down what everybody asks",
      author: "octocat",
      hoursAgo: 60,
      files: { "index.html": page, "README.md": "# private-notes\n\nFor the house only.\n" },
    },
  ],
};
