/** A signed-in person, as read from the database for this very request. Only lib/auth makes one from a cookie. */
export type Session = {
  readonly sessionId: string;
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly name: string;
    readonly isInstanceAdmin: boolean;
  };
  /** Where the request came from, for the audit. */
  readonly address?: string | null;
};
