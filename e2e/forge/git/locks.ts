/** Runs tasks with the same key one after the other. */
export function makeLocks(): { run<T>(key: number, task: () => Promise<T>): Promise<T> } {
  const tails = new Map<number, Promise<unknown>>();
  return {
    run(key, task) {
      const before = tails.get(key) ?? Promise.resolve();
      const result = before.then(task, task);
      tails.set(key, result);
      const forget = () => {
        if (tails.get(key) === result) tails.delete(key);
      };
      result.then(forget, forget);
      return result;
    },
  };
}
