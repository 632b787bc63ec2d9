/** A topic of ControlZ, istiod's page about its own process, that is read as JSON. */
export interface ControlzTopic {
  /** What it shows, in a few words. */
  readonly shows: string;
  readonly path: string;
}

/**
 * Topics of ControlZ that only read, by the name of their file: an allow-list. Others change things: `PUT /scopej/NAME`
 * a log level, `PUT /memj/forcecollection` runs the garbage collector, `/signalj` sends the process a signal. Left out
 * are `/versionj`, which says what `/version` says, and the command line, which the pod holds and which no istiod but
 * very old ones gives as JSON. Source: istio.io/istio/pkg/ctrlz/topics.
 */
export const CONTROLZ_TOPICS: Readonly<Record<string, ControlzTopic>> = {
  scopes: { shows: 'log levels by scope', path: '/scopej/' },
  mem: { shows: "memory and garbage collections (Go's runtime.MemStats)", path: '/memj/' },
  proc: { shows: 'goroutines, threads, user and host name of the process', path: '/procj/' },
  env: { shows: 'environment variables, features of istiod among them', path: '/envj/' },
};

/** The topic of that name; `undefined` when there is none that only reads. */
export function controlzTopic(name: string): ControlzTopic | undefined {
  return Object.hasOwn(CONTROLZ_TOPICS, name) ? CONTROLZ_TOPICS[name] : undefined;
}
