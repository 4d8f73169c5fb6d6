import { VaultError } from "@/lib/vault/errors";

/** Where a sealed value lives. A ciphertext opens in exactly the place, and at the point in time, that it was sealed for. */
export type Place = {
  /** Whose data key seals it; null for what belongs to the instance. */
  projectId: string | null;
  table: string;
  rowId: string;
  field: string;
  /** The provider's origin that the secret is for; an empty text where there is none. */
  origin: string;
  /** Raised by every change of the secret, so that an older value put back does not open. */
  generation: number;
};

const LABEL = "skytells-console/sealed/v1";

/** The bytes that bind a ciphertext to its place and its data key. */
export function associatedData(place: Place, dataKeyId: string): Buffer {
  if (!Number.isSafeInteger(place.generation) || place.generation < 0) {
    throw new VaultError("malformed", "A generation is a whole number, zero or more.");
  }
  const owner = place.projectId === null ? "instance" : `project:${place.projectId}`;
  const { table, rowId, field, origin } = place;
  return lengthPrefixed([LABEL, owner, table, rowId, field, origin, dataKeyId, String(place.generation)]);
}

/** Joins texts so that no two lists give the same bytes: each is preceded by its length in bytes, four of them. */
export function lengthPrefixed(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      const bytes = Buffer.from(part, "utf8");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
