import { createHmac, randomUUID } from "node:crypto";
import { request } from "node:http";

/** A push of one commit as GitHub delivers it: what the console reads of it, in a body of the usual size. */
export function pushBody({ id, fullName, ref, before, after }) {
  const commit = { id: after, message: "A commit of the bench", author: { name: "Octo Cat" } };
  return Buffer.from(
    JSON.stringify({
      ...{ ref, before, after, forced: false, deleted: false, created: false },
      pusher: { name: "octocat", email: "octocat@example.test" },
      commits: [{ ...commit, modified: Array.from({ length: 100 }, (_, i) => `pages/number-${i}.html`) }],
      head_commit: commit,
      repository: { id, full_name: fullName, private: false, default_branch: "main" },
    }),
  );
}

/** Sends a signed push to a hook's address. Resolves with the status once the answer has been read to its end. */
export function deliver(url, secret, body, agent) {
  const headers = {
    "content-type": "application/json",
    "content-length": body.length,
    "x-github-event": "push",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  };
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST", headers, agent }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    call.on("error", reject);
    call.end(body);
  });
}
