/** A web interface that is run beside a mesh: how its pods are found, and where it answers. */
export interface Addon {
  /** Word of the command. */
  readonly name: string;
  /** Its own name. */
  readonly title: string;
  /** Labels of its pods, of which one must match, the most telling first. */
  readonly labels: readonly string[];
  /** Names of Services that lead to it, where its pods have other labels. */
  readonly services: readonly string[];
  readonly port: number;
  readonly path: string;
}

/** The web interfaces that Istio's samples and common charts install. Source: spec of the dashboards (analyze, part B). */
export const ADDONS = {
  kiali: {
    name: 'kiali',
    title: 'Kiali',
    labels: ['app=kiali', 'app.kubernetes.io/name=kiali'],
    services: ['kiali'],
    port: 20001,
    path: '/kiali',
  },
  grafana: {
    name: 'grafana',
    title: 'Grafana',
    labels: ['app.kubernetes.io/name=grafana', 'app=grafana'],
    services: ['grafana'],
    port: 3000,
    path: '/',
  },
  prometheus: {
    name: 'prometheus',
    title: 'Prometheus',
    // With `app=prometheus` alone some charts label their exporters and alert managers, too.
    labels: [
      'app.kubernetes.io/name=prometheus',
      'app=prometheus,component=server',
      'app=prometheus,prometheus',
    ],
    services: ['prometheus', 'prometheus-server', 'prometheus-operated', 'prometheus-k8s'],
    port: 9090,
    path: '/',
  },
  jaeger: {
    name: 'jaeger',
    title: 'Jaeger',
    // Where collector and web page are pods of their own, the web page is wanted.
    labels: [
      'app=jaeger,app.kubernetes.io/component in (query,all-in-one)',
      'app=jaeger',
      'app.kubernetes.io/name=jaeger',
    ],
    services: ['jaeger', 'jaeger-query'],
    port: 16686,
    path: '/',
  },
  zipkin: {
    name: 'zipkin',
    title: 'Zipkin',
    labels: ['app=zipkin', 'app.kubernetes.io/name=zipkin'],
    // A Service of this name often leads to Jaeger, which takes spans as Zipkin does and shows them elsewhere.
    services: [],
    port: 9411,
    path: '/',
  },
  skywalking: {
    name: 'skywalking',
    title: 'SkyWalking',
    labels: ['app=skywalking-ui'],
    services: ['skywalking-ui'],
    port: 8080,
    path: '/',
  },
} as const satisfies Readonly<Record<string, Addon>>;
