import { KeyRound } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";

type Props = {
  projectId: string;
  integrationId: string;
  isMain?: boolean;
  refusal: string | undefined;
};

/** The way to enter another credential: what a re-authorization is where there is no handshake. */
export function EditCredentials({ projectId, integrationId, isMain = false, refusal }: Props) {
  return (
    <Button asChild variant={isMain ? "primary" : "secondary"} disabledReason={refusal}>
      <Link href={`/projects/${projectId}/integrations/${integrationId}/credentials`}>
        <KeyRound aria-hidden />
        Edit credentials
      </Link>
    </Button>
  );
}
