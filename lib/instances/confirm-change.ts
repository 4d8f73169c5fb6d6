import { conflict } from "@/lib/errors";
import { movesAddress, type Used } from "@/lib/instances/change";
import type { InstanceRow } from "@/lib/instances/load";

type Wanted = Pick<InstanceRow, "origin" | "apiUrl" | "clientId" | "clientType"> & {
  clientSecret: string;
  confirmation: string;
};

/**
 * Throws unless the instance's name was typed, where a change of its address or client ends what was authorized there or erases
 * what is sealed for it. The error says what that is.
 */
export function requireConfirmation(row: InstanceRow, wanted: Wanted, used: Used): void {
  const costs = costsOf(row, wanted, used);
  if (costs.length === 0 || wanted.confirmation === row.name) return;
  const message = [...costs, `Type ${row.name} to confirm.`].join(" ");
  throw conflict(message, { confirmation: message });
}

function costsOf(row: InstanceRow, wanted: Wanted, used: Used): string[] {
  const isMoved = movesAddress(row, wanted);
  const ended = used.integrations > 0 ? [endedSentence(row, isMoved, used)] : [];
  if (!isMoved) return ended;
  const isSecretLost = row.clientSecretSealed !== null && wanted.clientSecret === "";
  return [
    ...ended,
    ...(isSecretLost
      ? ["The sealed client secret is erased with the old address: paste it here to keep it."]
      : []),
    ...(row.webhookSecretSealed
      ? ["The webhook's secret is erased too: generate another one afterwards."]
      : []),
  ];
}

function endedSentence(row: InstanceRow, isMoved: boolean, { integrations, projects }: Used): string {
  const where = projects === 1 ? "1 project" : `${projects} projects`;
  const lose =
    integrations === 1
      ? `1 integration in ${where} loses its credential`
      : `${integrations} integrations in ${where} lose their credential`;
  return (
    `Another ${isMoved ? "address" : "client"} ends what was authorized at ${new URL(row.origin).host}: ${lose} and must be ` +
    "re-authorized. What the console still had to revoke or delete there is left to do by hand."
  );
}
