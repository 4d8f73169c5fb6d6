import { redirect } from "next/navigation";

type Props = { params: Promise<{ project: string; app: string }> };

/** Settings open on their first segment. */
export default async function Settings({ params }: Props) {
  const { project, app } = await params;
  redirect(`/projects/${encodeURIComponent(project)}/apps/${encodeURIComponent(app)}/settings/general`);
}
