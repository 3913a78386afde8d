// A reporter for the end of a run: the ten test files that took longest.
import type { Reporter, TestModule } from 'vitest/node';

const SHOWN = 10;

export class SlowestFiles implements Reporter {
  onTestRunEnd(files: readonly TestModule[]): void {
    if (files.length < 2) return;
    const slowest = files.toSorted((one, other) => seconds(other) - seconds(one)).slice(0, SHOWN);
    console.log('Slowest files');
    for (const file of slowest) {
      console.log(`${seconds(file).toFixed(1).padStart(7)} s  ${file.project.name}  ${file.relativeModuleId}`);
    }
  }
}

/** How long it took to load a file and to run its tests. */
function seconds(file: TestModule): number {
  const { collectDuration, duration } = file.diagnostic();
  return (collectDuration + duration) / 1_000;
}
