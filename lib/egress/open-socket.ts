import { connect, type Socket } from "node:net";
import { EgressError } from "@/lib/egress/error";
import type { ResolvedAddress } from "@/lib/egress/resolve";

const CONNECT_TIMEOUT_MS = 8_000;

/** A connection to an address that was checked, as bytes. Throws `EgressError`. */
export function openSocketTo({ address, family }: ResolvedAddress, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, family });
    const fail = (cause: unknown) => {
      socket.destroy();
      reject(new EgressError("unreachable", cause));
    };
    const timer = setTimeout(() => fail(new Error("timeout")), CONNECT_TIMEOUT_MS);
    socket.once("error", fail);
    socket.once("close", () => clearTimeout(timer));
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}
