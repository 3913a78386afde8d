// Trying random inputs on real processes, for as long as FUZZ_SECONDS says. An input that has begun is waited for.
import fc from 'fast-check';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 2);
/** Inputs that are made together: the later ones of them are the larger ones. */
const BATCH = 10;

/** ms within which a test that fuzzes once ends, also on a machine that is busy. */
export const FUZZ_LIMIT = SECONDS * 1_000 + 120_000;

/** @throws {Error} with the input for which `check` has failed */
export async function fuzz<Input>(inputs: fc.Arbitrary<Input>, check: (input: Input) => Promise<void>): Promise<void> {
  const deadline = performance.now() + SECONDS * 1_000;
  do {
    for (const input of fc.sample(inputs, BATCH)) {
      if (performance.now() > deadline) return;
      await check(input).catch((error: unknown) => {
        throw new Error(`failed for ${fc.stringify(input).slice(0, 10_000)}`, { cause: error });
      });
    }
  } while (performance.now() < deadline);
}
