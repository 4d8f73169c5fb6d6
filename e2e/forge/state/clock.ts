/** Now, as GitHub writes it: to the second, in UTC. */
export function timestamp(at: number = Date.now()): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
