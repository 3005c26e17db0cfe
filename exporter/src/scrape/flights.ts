/** Runs `work` unless work of the same key is under way: then its outcome is shared. */
export type Share<T> = (key: string, work: () => Promise<T>) => Promise<T>;

export function createFlights<T>(): Share<T> {
  const running = new Map<string, Promise<T>>();
  return (key, work) => {
    const flight =
      running.get(key) ??
      work().finally(() => {
        running.delete(key);
      });
    running.set(key, flight);
    return flight;
  };
}
