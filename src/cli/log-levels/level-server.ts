import { type LevelSetting, settingKey } from '../../answers/level-change.ts';
import type { KubeObject } from '../../kube/object.ts';
import { type PodRef, proxyId } from '../../kube/pod-ref.ts';
import type { LiveMesh, PodRequest } from '../../sources/live-mesh.ts';
import { toMeshscopeError } from '../../sources/source-error.ts';
import { ExitCode, MeshscopeError } from '../../util/errors.ts';
import { decodeText } from '../../util/load-json.ts';
import { acceptedStatus, type LevelWrite, levelRequest } from './level-requests.ts';
import type { ServerKind, ServerLevels } from './server-kind.ts';

/** A pod whose log levels are asked for or changed. */
export interface LevelTarget {
  readonly pod: PodRef;
  /** Tells the pod from a later one of the same name. */
  readonly uid: string | undefined;
  readonly object?: KubeObject | undefined;
}

/** The server with log levels in one pod. What its methods throw says why, and leaves the pod's name to the caller. */
export class LevelServer {
  readonly #live: LiveMesh;
  readonly #port: number;

  constructor(
    live: LiveMesh,
    readonly kind: ServerKind,
    readonly pod: PodRef,
    port: number,
  ) {
    this.#live = live;
    this.#port = port;
  }

  /** Its levels now. */
  async read(): Promise<ServerLevels> {
    const body = await this.#send(this.kind.read(this.#port), 200);
    return this.kind.parse(decodeText(body), `the answer of ${proxyId(this.pod)}`);
  }

  /** Sends one change, once. */
  async write(write: LevelWrite): Promise<void> {
    await this.#send(levelRequest(write, this.#port), acceptedStatus(write));
  }

  /** Reads the levels back and throws when one of the wanted levels is not there. */
  async verified(wanted: readonly LevelSetting[]): Promise<ServerLevels> {
    const now = await this.read();
    const levels = new Map(now.settings.map((setting) => [settingKey(setting), setting.level]));
    const missed = wanted.find((one) => levels.get(settingKey(one)) !== one.level);
    if (missed === undefined) return now;
    const is = levels.get(settingKey(missed)) ?? 'no level';
    const message = `it accepted the change, but ${missed.logger} is at ${is}, not at ${missed.level}`;
    throw new MeshscopeError('NotTaken', ExitCode.no, message);
  }

  async #send(request: PodRequest, accepted: number): Promise<Uint8Array> {
    const answer = await this.#live.request(this.pod, request);
    if (!answer.ok) {
      const { exitCode, hint } = toMeshscopeError(answer.error);
      throw new MeshscopeError(answer.error.code, exitCode, answer.error.reason, { hint });
    }
    const { status, body } = answer.value;
    if (status === accepted) return body;
    const lines = decodeText(body)
      .split('\n')
      .map((line) => line.trim());
    const said = lines.find((line) => line !== '')?.slice(0, 200);
    const message = said === undefined ? `it answered ${status}` : `it answered ${status}: ${said}`;
    throw new MeshscopeError('Refused', ExitCode.no, message);
  }
}
