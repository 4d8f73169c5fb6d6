import { db } from "@/db";
import { systemActor } from "@/lib/access";
import { INSTANCE_CHAIN, record } from "@/lib/audit";
import { createLink } from "@/lib/auth/links";
import { createUser, findUserByEmail } from "@/lib/auth/users";
import type { Secret } from "@/lib/secret";
import { firstRunLink } from "@/server/boot";
import { type Command, readArguments, required } from "@/server/commands/command";

const SIGN_IN_LINK_MINUTES = 60;
const terminal = () => systemActor("Command line");

/** `users create --email --name [--admin]`: adds a person, who comes in by one-time link. */
export const createPerson: Command = async (args, print) => {
  const options = {
    email: { type: "string" },
    name: { type: "string" },
    admin: { type: "boolean" },
  } as const;
  const given = readArguments(args, options);
  const email = required(given.text("email"), "email");
  const name = required(given.text("name"), "name");
  const { id } = await createUser({ email, name, isInstanceAdmin: given.isSet("admin") }, terminal());
  print(`${name} <${email}> was added${given.isSet("admin") ? " as an instance admin" : ""}.`);
  print(`Sign in once, within the hour: ${(await signInLink({ id, name })).reveal()}`);
  return 0;
};

/** `sign-in-link <email>`: an address that signs one person in, once. */
export const printSignInLink: Command = async (args, print) => {
  const [email = ""] = readArguments(args, {}, ["email"]).words;
  const user = await findUserByEmail(email);
  if (!user) {
    print(
      `There is nobody with the address ${email}. Add them with: users create --email ${email} --name <name>`,
    );
    return 1;
  }
  print((await signInLink(user)).reveal());
  return 0;
};

/** `setup-link`: the address under which the first owner is made. */
export const printSetupLink: Command = async (args, print) => {
  readArguments(args, {});
  const link = await firstRunLink();
  print(link ?? "This console is set up already. A way in for somebody: sign-in-link <email>");
  return link === null ? 1 : 0;
};

const signInLink = (user: { id: string; name: string }): Promise<Secret> =>
  db().transaction(async (tx) => {
    const { url } = await createLink(tx, {
      purpose: "sign_in",
      userId: user.id,
      minutes: SIGN_IN_LINK_MINUTES,
    });
    await record(tx, terminal(), {
      chain: INSTANCE_CHAIN,
      event: "user.sign_in_link_created",
      subjectId: user.id,
      subjectName: user.name,
    });
    return url;
  });
