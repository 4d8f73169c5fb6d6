/** What a person needs, and no more. The first `http://localhost` is the console's. */
export function describeDemo({ consoleUrl, forgeUrl, gitlabUrl, link, ports }) {
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

  Another Git host   ${gitlabUrl}   like GitLab, over TLS under an authority of its own, with the same repositories

  To try it, choose Git (any host) among the integrations:

    Address          ${gitlabUrl}/octocat/hello-static.git
    CA certificate   the text of .demo/forge/authority.pem
    User name        oauth2
    Token            glpat-octocat-of-the-demo

  Logs: .demo/*.log   Stop: Ctrl-C   Start over: npm run demo -- --reset
`;
}
