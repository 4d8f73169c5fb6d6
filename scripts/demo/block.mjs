/** What a person needs, and no more. The first `http://localhost` is the console's. */
export function describeDemo({ consoleUrl, forgeUrl, link, ports }) {
  const { host } = new URL(forgeUrl);
  const identity = "-c user.name=Octocat -c user.email=octocat@forge.example";
  return `
  Skytells Console   ${consoleUrl}
  Sign in as owner   ${link}
                     (works once; start the demo again for another)
  Git host           ${forgeUrl}   sandbox with sample repositories, accounts octocat and mona
  Published sites    <name>.localhost:${ports.sites}

  Connect GitHub in a project, create an app from octocat/hello-static, then push:

    git clone ${identity} http://octocat:octocat@${host}/octocat/hello-static.git
    cd hello-static && echo "<h1>Pushed</h1>" > index.html && git commit -am "Try a push" && git push

  Logs: .demo/*.log   Stop: Ctrl-C   Start over: npm run demo -- --reset
`;
}
