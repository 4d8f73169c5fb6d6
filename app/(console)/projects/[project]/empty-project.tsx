import { Plug } from "lucide-react";
import Link from "next/link";
import { ProviderMark } from "@/components/provider-mark";
import { Button } from "@/components/ui/button";
import { FirstSteps } from "@/components/ui/empty";
import { may, type Permission, type ProjectContext } from "@/lib/access";

type Props = {
  context: ProjectContext;
  base: string;
  /** There is an integration that an app can use. */
  hasSource: boolean;
};

/** The way from nothing to the first deployment. */
export function EmptyProject({ context, base, hasSource }: Props) {
  return (
    <FirstSteps
      icon={<Plug aria-hidden />}
      title={hasSource ? "Create the first app" : "Start by connecting your code"}
      lead={`${context.projectName} is empty. Connect a Git account once, point an app at a branch, and every push to that branch goes live on its own.`}
      active={hasSource ? 1 : 0}
      steps={[
        {
          title: "Connect a source",
          detail: "A GitHub account or another Git host. Only this project can use it.",
          action: (
            <StepButton context={context} permission="integration.manage" href={`${base}/integrations`}>
              <ProviderMark provider="github" bare />
              Connect GitHub
            </StepButton>
          ),
        },
        {
          title: "Create an app",
          detail: "Choose a repository, a branch and a directory.",
          action: (
            <StepButton context={context} permission="app.create" href={`${base}/apps/new`}>
              Create an app
            </StepButton>
          ),
        },
        { title: "Push", detail: "The first deployment starts on its own, with its log on the page." },
      ]}
    />
  );
}

type StepButtonProps = {
  context: ProjectContext;
  permission: Permission;
  href: string;
  children: React.ReactNode;
};

function StepButton({ context, permission, href, children }: StepButtonProps) {
  const allowance = may(context, permission);
  if (!allowance.allowed) {
    return (
      <Button variant="primary" disabledReason={allowance.reason}>
        {children}
      </Button>
    );
  }
  return (
    <Button asChild variant="primary">
      <Link href={href}>{children}</Link>
    </Button>
  );
}
