import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { asString, field } from '../../src/util/json.ts';

/** Requests to the API server, as its audit log tells of them. */
export class AuditLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * What `user` has asked about objects so far, `list pods in shop` each; impersonated users count as themselves.
   * Discovery and questions about one's
   * own rights, which are open to everybody, are left out.
   */
  async askedBy(user: string): Promise<readonly string[]> {
    // The log is written a moment after the answer.
    await sleep(500);
    return readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line.includes(`"${user}"`))
      .map((line): unknown => JSON.parse(line))
      .filter((event) => {
        const who = field(event, 'impersonatedUser', 'username') ?? field(event, 'user', 'username');
        // A connection that stays open is told of twice.
        return who === user && field(event, 'stage') === 'ResponseComplete';
      })
      .filter((event) => {
        const resource = field(event, 'objectRef', 'resource');
        return resource !== undefined && resource !== 'selfsubjectaccessreviews';
      })
      .map((event) => {
        const words = ['resource', 'subresource'].map((name) => asString(field(event, 'objectRef', name)));
        const what = words.filter((word) => word !== undefined).join('/');
        return `${field(event, 'verb')} ${what} in ${field(event, 'objectRef', 'namespace') ?? 'all'}`;
      });
  }
}
