// The content of the config file that was put into use last, for a primary that is started again.
// The supervisor reads it from the file itself: a primary that has changed its user is not trusted with the rights of the next one.
import { decode, fingerprintOf, readBytes } from '../../config/config-text.ts';

export class LastConfig {
  readonly #path: string;
  /** Of what was read last. */
  #fingerprint: string | undefined;
  #read: Promise<string | undefined> = Promise.resolve(undefined);
  #text: string | undefined;

  /** @param path of the config file */
  constructor(path: string) {
    this.#path = path;
  }

  /** Absent while no config has been used. */
  get text(): string | undefined {
    return this.#text;
  }

  /** A primary has read the file. @param fingerprint of what it has read: if the file has changed since, nothing is kept of it */
  async read(fingerprint: string): Promise<void> {
    if (fingerprint !== this.#fingerprint) {
      this.#fingerprint = fingerprint;
      this.#read = this.#content(fingerprint).catch(() => undefined);
    }
    await this.#read;
  }

  /** What was read last is in use, if it has this fingerprint: a reload may have refused it. */
  async use(fingerprint: string): Promise<void> {
    if (fingerprint === this.#fingerprint) this.#text = (await this.#read) ?? this.#text;
  }

  async #content(fingerprint: string): Promise<string | undefined> {
    const bytes = await readBytes(this.#path, 'name another one');
    return fingerprintOf(bytes) === fingerprint ? decode(bytes, this.#path) : undefined;
  }
}
