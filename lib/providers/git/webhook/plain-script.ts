/**
 * A `post-receive` hook that tells the console what a push moved, in the plain form: curl, openssl and a POSIX shell. The same lines
 * stand in docs/webhooks.md, where a test runs them.
 */
export const postReceive = (address: string): string => `#!/bin/sh
# Tells Skytells Console about every branch and tag that a push moved.
address='${address}'
secret=$(cat "$GIT_DIR/console-webhook-secret")
of_commit() {
  git log -1 --format="$1" "$after" 2>/dev/null | iconv -f UTF-8 -t UTF-8 2>/dev/null |
    tr -d '[:cntrl:]' | sed 's/["\\\\]/\\\\&/g'
}
while read -r before after ref; do
  id=$(openssl rand -hex 16)
  name=$(printf %s "$ref" | sed 's/"/\\\\"/g')
  body=$(printf '{"id":"%s","ref":"%s","before":"%s","after":"%s","message":"%s","author":"%s"}' \\
    "$id" "$name" "$before" "$after" "$(of_commit %s)" "$(of_commit %an)")
  signature=$(printf %s "$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.*= *//')
  printf %s "$body" | curl -fsS -m 10 --retry 3 -H 'Content-Type: application/json' \\
    -H "X-Console-Signature: sha256=$signature" --data-binary @- "$address" >/dev/null ||
    echo "Skytells Console could not be told about $ref." >&2
done
`;

/** One call of the plain form, for any script in a clone: the commit that `main` is at now. The same lines stand in docs/webhooks.md. */
export const callLine = (address: string): string =>
  `body=$(printf '{"id":"%s","ref":"refs/heads/main","after":"%s"}' "$(openssl rand -hex 16)" "$(git rev-parse main)")
printf %s "$body" | curl -fsS -H "X-Console-Signature: sha256=$(printf %s "$body" | openssl dgst -sha256 -hmac "$CONSOLE_WEBHOOK_SECRET" | sed 's/^.*= *//')" --data-binary @- '${address}'
`;
