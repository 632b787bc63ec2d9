/** A forward to a web page in the mesh that stands now. */
export interface DashboardAnswer {
  readonly apiVersion: 'meshscope.io/v1';
  readonly kind: 'Dashboard';
  /** Which dashboard, such as `kiali` or `envoy`. */
  readonly name: string;
  /** Where a browser of this machine finds it. */
  readonly url: string;
  /** The pod that it leads to at first; another one may take its place. */
  readonly pod: { readonly name: string; readonly namespace: string };
  /** Port of the pod. */
  readonly port: number;
  /** Whether only pages that read are let through. */
  readonly readOnly: boolean;
}
