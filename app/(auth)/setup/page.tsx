import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AuthScene } from "@/components/auth-scene";
import { Code } from "@/components/ui/code";
import { describeLink, isSetUp, passwordRule } from "@/lib/auth";
import { setUp } from "./actions";
import { SetupForm } from "./setup-form";

export const metadata: Metadata = { title: "Set up" };

type Props = { searchParams: Promise<{ token?: string | string[] }> };

/** The first person, from the one-time link that the terminal shows. Once there is somebody, they sign in instead. */
export default async function SetupPage({ searchParams }: Props) {
  if (await isSetUp()) redirect("/sign-in");
  const { token } = await searchParams;
  const text = typeof token === "string" ? token : "";
  const link = await describeLink("setup", text);
  return (
    <AuthScene>
      <h1 className="text-xl">Set up Skytells Console</h1>
      {link ? (
        <>
          <p className="mt-1 text-ink-2 text-sm">
            You become the instance admin: you register Git hosts, and you can help others to sign in.
          </p>
          <SetupForm action={setUp} token={text} passwordRule={passwordRule} />
        </>
      ) : (
        <p className="mt-3 text-ink-2 text-sm">
          {text === ""
            ? "This takes a one-time link. "
            : "This link was used already, is too old, or was cut off. "}
          The terminal in which the console was started shows one; a new one comes from{" "}
          <Code>npm run console -- setup-link</Code>.
        </p>
      )}
    </AuthScene>
  );
}
