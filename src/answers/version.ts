/** Versions of meshscope and, when a mesh is read, of its control plane and proxies. */
export interface VersionAnswer {
  readonly client: string;
}
