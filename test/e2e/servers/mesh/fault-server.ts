import type { Fault } from './page-server.ts';

/** A replayed server behind a port of a pod. */
export interface FaultServer {
  /** What it was asked since the last look. */
  readonly asked: string[];
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  setFault(fault: Fault): Promise<void>;
  /** The most requests at a time since the last call. */
  takeMost(): number;
}
