import { and, eq } from "drizzle-orm";
import { deployments } from "@/db";
import { type ProjectContext, requirePermission, transactAs } from "@/lib/access";
import type { Enqueued } from "@/lib/deployments/enqueue";
import { requestDeployment } from "@/lib/deployments/request";
import { lockSource } from "@/lib/deployments/source";
import { conflict, notFound } from "@/lib/errors";

/**
 * Deploys the commit of an earlier deployment again, with the app's settings of now. The same deployment comes back for a
 * second click. Throws `conflict` when the app follows another repository by now.
 */
export async function redeploy(ctx: ProjectContext, input: { deploymentId: string }): Promise<Enqueued> {
  requirePermission(ctx, "app.deploy");
  return transactAs(ctx, "app.deploy", async (tx) => {
    const [earlier] = await tx
      .select({
        appId: deployments.appId,
        repositoryId: deployments.repositoryId,
        commit: deployments.commit,
        message: deployments.commitMessage,
        author: deployments.commitAuthor,
      })
      .from(deployments)
      .where(and(eq(deployments.id, input.deploymentId), eq(deployments.projectId, ctx.projectId)));
    if (!earlier) throw notFound();
    const source = await lockSource(tx, ctx.projectId, earlier.appId);
    if (source.repositoryId !== earlier.repositoryId) {
      throw conflict(
        `${source.appName} follows ${source.repositoryName} by now. Deploy its latest commit instead.`,
      );
    }
    const { commit, message, author } = earlier;
    return requestDeployment(tx, ctx, source, "redeploy", { commit, message, author });
  });
}
