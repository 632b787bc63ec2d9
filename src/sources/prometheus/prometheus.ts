import { asArray, asString, field } from '../../util/json.ts';
import type { Answer } from '../source.ts';
import type { SourceErrorCode } from '../source-error.ts';

/** What a page of Prometheus answered. */
export interface PromReply {
  readonly status: number;
  readonly body: Uint8Array;
}

/** Asks a page of Prometheus by its path with the query, such as `/api/v1/query?query=up`. */
export type PromTransport = (path: string) => Promise<Answer<PromReply>>;

/** One series of an instant query's answer. `value` may be NaN or infinite. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A Prometheus that can be asked, and what it is called in messages. */
export class Prometheus {
  readonly label: string;
  readonly #ask: PromTransport;

  constructor(label: string, ask: PromTransport) {
    this.label = label;
    this.#ask = ask;
  }

  /** The series of an instant query. */
  async query(expression: string): Promise<Answer<readonly Sample[]>> {
    const data = await this.#data('query', new URLSearchParams({ query: expression }), 'the query');
    if (!data.ok) return data;
    if (field(data.value, 'resultType') !== 'vector') return this.#failure('Corrupt', 'the query', NOT_API);
    return { ok: true, value: asArray(field(data.value, 'result')).flatMap(sampleOf) };
  }

  /** All values of a label, sorted by Prometheus. */
  async labelValues(label: string): Promise<Answer<readonly string[]>> {
    const page = `label/${encodeURIComponent(label)}/values`;
    const data = await this.#data(page, new URLSearchParams(), `values of ${label}`);
    if (!data.ok) return data;
    return { ok: true, value: asArray(data.value).filter((one) => typeof one === 'string') };
  }

  async #data(page: string, query: URLSearchParams, asked: string): Promise<Answer<unknown>> {
    const reply = await this.#ask(`/api/v1/${page}${query.size === 0 ? '' : `?${query}`}`);
    if (!reply.ok) return reply;
    const { status, body } = reply.value;
    const answer = parsed(body);
    const state = field(answer, 'status');
    if (state === 'success') return { ok: true, value: field(answer, 'data') };
    if (state === 'error') {
      const said = (asString(field(answer, 'error')) ?? 'no reason given').slice(0, 300);
      const kind = asString(field(answer, 'errorType')) ?? '';
      return this.#failure(kind === 'timeout' ? 'Timeout' : 'Unreachable', asked, said);
    }
    if (status === 401 || status === 403) {
      return this.#failure('Forbidden', asked, `it answered ${status}: it wants a login`);
    }
    return this.#failure('Corrupt', asked, status === 200 ? NOT_API : `it answered ${status}, ${NOT_API}`);
  }

  #failure(code: SourceErrorCode, asked: string, reason: string): Answer<never> {
    const next = code === 'Corrupt' ? 'name the address of its web page with --prometheus-url' : undefined;
    return { ok: false, error: { code, asked: `${asked}`, of: this.label, reason, next } };
  }
}

const NOT_API = 'not as the API of Prometheus does';

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Prometheus writes a value as `[seconds, "text"]`, where the text may be `NaN`, `+Inf` or `-Inf`. */
function sampleOf(series: unknown): Sample[] {
  const text = asString(asArray(field(series, 'value'))[1]);
  if (text === undefined) return [];
  const value =
    text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : text.trim() === '' ? NaN : Number(text);
  const metric = field(series, 'metric');
  const labels = typeof metric === 'object' && metric !== null ? Object.entries(metric) : [];
  const texts = labels.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return [{ labels: Object.fromEntries(texts), value }];
}
