import type { ChangedFile } from "@/e2e/forge/git/diff";
import type { Host } from "@/e2e/forge/host";
import { fullName } from "@/e2e/forge/state/find";
import type { Repository } from "@/e2e/forge/state/model";

/** GitHub's "diff entry", without the patch (which GitHub leaves out of large ones, too). */
export function fileView(host: Host, repository: Repository, sha: string, file: ChangedFile) {
  const name = fullName(host.store.state, repository);
  const path = file.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: file.blob,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${host.urls.web}/${name}/blob/${sha}/${path}`,
    raw_url: `${host.urls.web}/${name}/raw/${sha}/${path}`,
    contents_url: `${host.urls.api}/repos/${name}/contents/${path}?ref=${sha}`,
    ...(file.previousPath === null ? {} : { previous_filename: file.previousPath }),
  };
}
