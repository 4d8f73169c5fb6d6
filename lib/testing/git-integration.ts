import { db, integrations, newId } from "@/db";
import { storeCredential } from "@/lib/credentials/store";
import { Secret } from "@/lib/secret";
import type { Desk } from "@/lib/testing/forge";

type GitHostGiven = { kind: string; origin: string; ca?: string; user: string; token: string };

/** An integration with a Git host of a test's own, as it is once its credentials were tried. */
export async function addGitIntegration(desk: Pick<Desk, "projectId">, given: GitHostGiven): Promise<string> {
  const { projectId } = desk;
  const { origin, kind, user } = given;
  const id = newId("int");
  await db().transaction(async (tx) => {
    await tx.insert(integrations).values({
      ...{ id, projectId, origin, provider: "git", hostKind: kind, caCertificate: given.ca ?? null },
      accountId: `${origin}/${id}`,
      accountLogin: user,
    });
    await storeCredential(
      tx,
      { projectId, integrationId: id, origin },
      {
        accessToken: new Secret(given.token),
        userName: new Secret(user),
        refreshToken: null,
        accessExpiresIn: null,
        refreshExpiresIn: null,
        scopes: [],
      },
    );
  });
  return id;
}
