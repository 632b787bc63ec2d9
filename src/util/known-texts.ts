/** Remembers texts, of up to a number of characters altogether; all are forgotten when there is no more room. */
export class KnownTexts {
  readonly #texts = new Set<string>();
  #length = 0;

  constructor(private readonly mostCharacters: number) {}

  has(text: string): boolean {
    return this.#texts.has(text);
  }

  /** Longer ones than a quarter of the room are not remembered. */
  add(text: string): void {
    if (text.length * 4 > this.mostCharacters) return;
    if (this.#length + text.length > this.mostCharacters) {
      this.#texts.clear();
      this.#length = 0;
    }
    if (this.#texts.has(text)) return;
    this.#texts.add(text);
    this.#length += text.length;
  }
}
