export type Postgres = {
  url: string;
  socketFolder: string;
  pid: number;
  isAdopted: boolean;
  onExit(callback: () => void): () => void;
  stop(options?: { patienceMs?: number }): Promise<void>;
};
export function startPostgres(options: {
  dataDir: string;
  database?: string;
  isDurable?: boolean;
}): Promise<Postgres>;
export function findPostgres(options: { dataDir: string; database?: string }): string | undefined;
