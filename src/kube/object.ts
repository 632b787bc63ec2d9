/** A Kubernetes object as the API server gives it: only what every kind has is typed, the rest is `unknown`. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** `metadata` of a Kubernetes object. `creationTimestamp` is RFC 3339. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly ownerReferences?: readonly {
    readonly kind: string;
    readonly name: string;
    readonly controller?: boolean;
  }[];
  readonly [field: string]: unknown;
}

/** Group, version and plural of a kind, as in its REST path; the core group is `''`. */
export interface ResourceType {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}
